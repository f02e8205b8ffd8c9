"""Ordinals with a full stop: the German words that are counted so, as in "1. Bundesliga"."""

# A part of a regular expression, to be matched in its case behind a number, a stop and a space.
COUNTED_WORDS = (
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|"
    r"(?:Jan|Feb|Mär|Apr|Jun|Jul|Aug|Sept?|Okt|Nov|Dez)\.|"
    r"Jahrhunderts?|Jh\b|Jhd?t?\b|Jahrtausends?|Jahrzehnts?|Weltkriegs?|Mal\b|Platz|Rang|"
    r"Geburtstags?|"
    r"Spieltags?|(?:Regional|Ober|Kreis|Landes|Bezirks|Bundes|Frauen-Bundes)?[Ll]iga|FC\b|FSV\b|"
    r"FFC\b|SC\b|SV\b|"
    r"TSV\b|Halbzeit|Minute|Runde|Etappe|Satz|Auflage|Ausgabe|Band\b|Kapitel|Absatz|Stock\b|"
    r"Stockwerks?|"
    r"Etage|Obergeschoss|OG\b|Klasse|Schuljahrs?|Semesters?|Quartals?|Halbjahrs?|Staffel|Folge|"
    r"Teil\b|"
    r"Platzierung|Armee|Division|Kompanie|Bataillon|Regiments?|Bezirks?|Wahlperiode|"
    r"Legislaturperiode|"
    r"Bundestags?|Bundesversammlung|Präsident(?:en|in)?|Bundespräsident(?:en|in)?|"
    r"Bundeskanzler(?:s|in)?|"
    r"König(?:s|in)?|Sinfonie|Symphonie|Akt\b|Szene|Gebot|Buch\b|Jahrgangs?|Jubiläums?|Todestags?|"
    r"Hochzeitstags?|Lebensjahrs?|Schwangerschaftswoche|Tag\b|Woche\b|Monat\b|Advent|Weihnachtstag)"
)
