"""The 80 objects of MS COCO, and words for them that captions use."""

from collections.abc import Mapping

_LINES = """
person: man, woman, boy, girl, child, kid, baby, toddler, infant, adult, lady, gentleman, guy, \
pedestrian, passenger, rider, cyclist, biker, skier, snowboarder, skater, skateboarder, surfer, \
swimmer, player, batter, pitcher, catcher, umpire, referee, worker, officer, policeman, \
policewoman, fireman, chef, waiter, waitress, bride, groom, mother, father, crowd, student, \
teacher, tourist, motorcyclist, driver, farmer, cowboy, soldier
bicycle: bike
car: automobile, sedan, taxi, cab, suv, hatchback, convertible, minivan
motorcycle: motorbike, moped, scooter
airplane: plane, aeroplane, jet, jetliner, aircraft, airliner, biplane
bus: minibus, double decker, trolleybus
train: locomotive, tram, streetcar
truck: lorry, pickup
boat: ship, sailboat, canoe, kayak, ferry, yacht, rowboat, gondola, dinghy
traffic light: stoplight, traffic signal, stop light
fire hydrant: hydrant
stop sign:
parking meter:
bench:
bird: pigeon, seagull, gull, duck, goose, parrot, owl, eagle, hawk, sparrow, crow, swan, ostrich, \
flamingo, peacock, pelican, rooster
cat: kitten, kitty
dog: puppy, pup, dalmatian, dachshund, poodle, terrier, bulldog, labrador, pug
horse: pony, foal, colt, mare, stallion
sheep: lamb, ewe, ram
cow: bull, calf, ox, cattle, heifer, bullock
elephant:
bear: polar bear, grizzly, panda
zebra:
giraffe:
backpack: rucksack, knapsack
umbrella: parasol
handbag: purse, hand bag
tie: necktie, bow tie, bowtie
suitcase: luggage, suit case
frisbee: flying disc
skis: ski
snowboard:
sports ball: ball, tennis ball, soccer ball, golf ball
kite:
baseball bat: bat
baseball glove: baseball mitt, mitt
skateboard: longboard
surfboard: surf board
tennis racket: racket, racquet, tennis racquet
bottle:
wine glass: wineglass, wine goblet
cup: mug, teacup, coffee cup
fork:
knife: pocketknife, butter knife
spoon: teaspoon, tablespoon
bowl:
banana:
apple:
sandwich: burger, hamburger, cheeseburger, panini
orange: mandarin, tangerine, clementine
broccoli:
carrot:
hot dog: hotdog, sausage
pizza:
donut: doughnut
cake: cupcake, cheesecake
chair: armchair, stool, recliner
couch: sofa, loveseat, futon
potted plant: houseplant, house plant
bed:
dining table: table, kitchen table, coffee table
toilet: urinal, commode
tv: television, monitor, tv set
laptop: notebook computer, laptop computer
mouse: computer mouse
remote: remote control
keyboard: computer keyboard
cell phone: cellphone, mobile phone, phone, smartphone, telephone
microwave: microwave oven
oven: stove
toaster:
sink: washbasin, basin
refrigerator: fridge, freezer
book:
clock: wall clock
vase:
scissors: shears
teddy bear: teddy, stuffed bear, stuffed animal
hair drier: hair dryer, blow dryer, hairdryer
toothbrush: tooth brush
"""
_NO_OBJECTS = """
train track, train station, bus stop, bus station, car park, home plate, license plate,
toilet paper, toilet seat, toilet brush, cat food, dog food, dog park, bed sheet,
orange juice, apple juice, table tennis, tennis table, phone booth, tie dye, table cloth,
bottle cap, bird house, boat house, clock tower, chair lift, ski lift, ski slope, ski resort,
baseball cap, book shelf, book store, cake stand, pizza box, pizza oven, oven mitt, remote area,
car wash, bus lane, boat ramp, dog house, bird feeder, bird bath
"""


def _read(text: str) -> dict[str, tuple[str, ...]]:
    rows = (line.partition(":") for line in text.strip().splitlines())
    return {
        name: tuple(word.strip() for word in words.split(",") if word.strip())
        for name, _, words in rows
    }


COCO_OBJECTS: Mapping[str, tuple[str, ...]] = _read(_LINES)
COCO_NO_OBJECTS: tuple[str, ...] = tuple(
    phrase.strip() for phrase in _NO_OBJECTS.replace("\n", " ").split(",")
)
