# %% [markdown]
# # 中文：按字的小语言模型
#
# 边微调边看它编造多少，再教它说“不知道”。文本是自己写的：六十个国家的首都和所在的洲。
# 模型先读熟三十六国，再用问答微调，问的一半是读过的国家，一半是没读过的。微调做两遍，起点相同：
# 一遍照标准答案教，一遍教它把原来不会的答成“不知道”。每轮结束时 `HallucinationMonitor` 让它作答，
# 结果写进与损失相同的 `logs`。什么都不用下载，一个核上大约一分钟。

# %%
import os
import random

import keras
import numpy as np

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # 只看能不能跑通
EPOCHS, MORE_EPOCHS = (2, 1) if QUICK else (60, 10)
LENGTH, UNITS = 32, 192  # 窗口的字数；网络的宽度

COUNTRIES = """
亚洲 日本:东京 韩国:首尔 蒙古:乌兰巴托 越南:河内 老挝:万象 泰国:曼谷 缅甸:内比都 印度:新德里
亚洲 不丹:廷布 尼泊尔:加德满都 柬埔寨:金边 菲律宾:马尼拉 伊朗:德黑兰 伊拉克:巴格达 也门:萨那
亚洲 叙利亚:大马士革 约旦:安曼 阿曼:马斯喀特
欧洲 法国:巴黎 德国:柏林 英国:伦敦 意大利:罗马 西班牙:马德里 葡萄牙:里斯本 希腊:雅典 波兰:华沙
欧洲 荷兰:阿姆斯特丹 比利时:布鲁塞尔 瑞士:伯尔尼 奥地利:维也纳 捷克:布拉格 匈牙利:布达佩斯
欧洲 瑞典:斯德哥尔摩 挪威:奥斯陆 芬兰:赫尔辛基 丹麦:哥本哈根 爱尔兰:都柏林 冰岛:雷克雅未克
非洲 埃及:开罗 苏丹:喀土穆 肯尼亚:内罗毕 加纳:阿克拉 摩洛哥:拉巴特 安哥拉:罗安达 马里:巴马科
非洲 赞比亚:卢萨卡 乌干达:坎帕拉 卢旺达:基加利 塞内加尔:达喀尔 利比亚:的黎波里
美洲 美国:华盛顿 加拿大:渥太华 古巴:哈瓦那 秘鲁:利马 智利:圣地亚哥 阿根廷:布宜诺斯艾利斯
美洲 巴西:巴西利亚 哥伦比亚:波哥大 委内瑞拉:加拉加斯 巴拉圭:亚松森
"""


# %% [markdown]
# ## 文本
# 每国四句陈述、两个问题。读过的三十六国里，十二国用来微调，其余二十四国只用来问；
# 没读过的二十四国里，十二国用来微调，十二国模型始终没见过。


# %%
def read_countries():
    """`(国, 都, 洲)` 的列表。"""
    rows = [line.split() for line in COUNTRIES.strip().splitlines()]
    return [(*pair.split(":"), row[0]) for row in rows for pair in row[1:]]


def statements(country, capital, continent):
    return [
        f"{country}的首都是{capital}。",
        f"{capital}是{country}的首都。",
        f"{country}在{continent}。",
        f"{country}是{continent}的国家。",
    ]


def questions(country, capital, continent):
    return [(f"{country}的首都是哪里？答：", capital), (f"{country}在哪个洲？答：", continent)]


def cases(countries, group):
    pairs = [pair for country in countries for pair in questions(*country)]
    return [kh.data.Case(prompt, (answer,), group=group) for prompt, answer in pairs]


keras.utils.set_random_seed(0)
countries = read_countries()
random.Random(0).shuffle(countries)
read, new, unseen = countries[:36], countries[36:48], countries[48:]
trained, heldout = read[:12] + new, read[12:]


# %% [markdown]
# ## 模型
# 一字一个编号；字向量、GRU、softmax。凡有 `encode` 和 `decode` 的对象都可以当分词器。


# %%
class Characters:
    def __init__(self, texts):
        self.characters = ["", "\n", *sorted(set("".join(texts)))]  # 0 填充，1 结束
        self.ids = {character: i for i, character in enumerate(self.characters)}

    def encode(self, text):
        return [self.ids[character] for character in text]

    def decode(self, ids):
        return "".join(self.characters[i] for i in ids)


told = [text for country in countries for text in statements(*country)]
asked = [prompt + answer for country in countries for prompt, answer in questions(*country)]
characters = Characters([*told, *asked, "不知道"])


def arrays(pairs):
    """输入、下一个字、权重；每对是 `(给出的, 要学的)`。"""
    x = np.zeros((len(pairs), LENGTH), "int32")
    y, weight = x.copy(), np.zeros(x.shape, "float32")
    for i, (given, learned) in enumerate(pairs):
        ids = characters.encode(given + learned + "\n")
        x[i, : len(ids) - 1], y[i, : len(ids) - 1] = ids[:-1], ids[1:]
        weight[i, max(len(given) - 1, 0) : len(ids) - 1] = 1.0
    return {"x": x, "y": y, "sample_weight": weight}


def compile_model(model, rate):
    loss = keras.losses.SparseCategoricalCrossentropy(reduction="mean_with_sample_weight")
    model.compile(optimizer=keras.optimizers.Adam(rate, clipnorm=1.0), loss=loss)


model = keras.Sequential(
    [
        keras.Input((LENGTH,), dtype="int32"),
        keras.layers.Embedding(len(characters.characters), 64),
        keras.layers.GRU(UNITS, return_sequences=True),
        keras.layers.Dense(len(characters.characters), activation="softmax"),
    ]
)
compile_model(model, 4e-3)
first = [("", text) for country in read for text in statements(*country)]
first += [pair for country in read for pair in questions(*country)]
losses = model.fit(**arrays(first), epochs=EPOCHS, batch_size=32, verbose=0).history["loss"]
print(
    f"{len(characters.characters)} 个字，{len(first)} 句；损失 {losses[0]:.2f} → {losses[-1]:.2f}"
)

# %% [markdown]
# ## 微调两遍，边调边看
# 问的是没用来微调的国家：读过的应当还答得对，没见过的只能说不知道，说别的都是编造。

# %%
generator = kh.generation.NextTokenGenerator(
    model, characters, max_length=LENGTH, max_new_tokens=8, batch_size=72, end_token_id=1,
    from_logits=False,
)  # fmt: skip
pairs = [pair for country in trained for pair in questions(*country)]
knowledge = kh.data.categorize_knowledge(generator, cases(trained, "微调"), num_samples=4)
answers = [answer for _, answer in pairs]
recipes = {
    "照标准答案教": answers,
    "不会的教它说不知道": kh.data.abstain_on_unknown(answers, knowledge, abstention="不知道"),
}
base = model.get_weights()
for name, targets in recipes.items():
    model.set_weights(base)
    compile_model(model, 2e-3)
    monitors = [
        kh.callbacks.HallucinationMonitor(
            cases(group, name), generator=generator, prefix=prefix, budget=None, verbose=0
        )
        for prefix, group, name in (("read_", heldout, "读过"), ("unseen_", unseen, "没见过"))
    ]
    rows = arrays([(prompt, target) for (prompt, _), target in zip(pairs, targets)])
    history = model.fit(
        **rows, epochs=MORE_EPOCHS, batch_size=16, callbacks=monitors, verbose=0
    ).history
    print(f"\n{name}（第 0 轮是微调之前）")
    for monitor, group in zip(monitors, ("读过的国家", "没见过的国家")):
        for key, label in (("hallucination_rate", "编造"), ("abstention_rate", "说不知道")):
            key = f"{monitor.prefix}val_{key}"
            curve = [monitor.baseline[key].value, *history[key]]
            print(f"  {group}{label}：" + " ".join(f"{100 * value:3.0f}" for value in curve), "%")
    for answer in monitors[1].answers[:4]:
        print("   ", answer.case.prompt + answer.output, "→", answer.verdict.label)

# %% [markdown]
# 两条线要一起看。照标准答案教，没见过的国家照样编，读过的也越来越多答错；
# 教它说不知道，没见过的大多不再编了，可读过的也有一部分被它推说不知道。
# 少编造和少拒答，哪个更要紧，由用的人来定。
