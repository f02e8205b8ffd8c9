"""Are greetings, lead-ins and closings left out in each language, and sentences not?"""

import pytest

from keras_halluc.text import OutputReader

PLAIN = {
    "en": "The tower is 324 m tall.",
    "zh": "这座塔高324米。",
    "de": "Der Turm ist 324 m hoch.",
    "fr": "La tour mesure 324 m.",
    "es": "La torre mide 324 m.",
    "ja": "塔の高さは324メートルです。",
    "it": "La torre è alta 324 m.",
    "pt": "A torre tem 324 m.",
}
LEADS = {
    "en": (
        "Sure! ",
        "Sure, here is the answer:\n",
        "Certainly. ",
        "Of course! Here's a summary of the text:\n\n",
        "Here is a brief summary of the article:\n",
        "Here are the key facts:\n",
        "Below is the summary you asked for:\n",
        "The following is a summary of the passage: ",
        "Hello! ",
        "Hi there! ",
        "Good morning. Thank you for your question. ",
        "Great question! ",
        "That's a great question. ",
        "Answer: ",
        "**Answer:** ",
        "Final answer: ",
        "Short answer: ",
        "A: ",
        "Summary: ",
        "Assistant: ",
        "Output:\n",
        "## Summary\n",
        "### Response:\n",
        "Based on the text, ",
        "Based on the provided context, ",
        "Based on the information provided, ",
        "According to the passage, ",
        "According to the document you provided, ",
        "From the context, ",
        "As stated in the article, ",
        "In the given text, ",
        "The text states that ",
        "The passage says that ",
        "The answer is: ",
        "The answer to your question is that ",
        "I'd be happy to help! ",
        "I’m glad to help. ",
        "Let me answer that. ",
        "I'll summarize the text. ",
        "As an AI language model, ",
        "Sure! I can help with that. Based on the text, ",
        "Hello, and thank you for your question. ",
        "Here you go: ",
        "In summary, ",
        "To answer your question, ",
        "In conclusion, ",
        "Ans: ",
    ),
    "zh": (
        "当然！",
        "好的，",
        "您好！",
        "好的，以下是答案：\n",
        "答案：",
        "答案是：",
        "总结：",
        "以下是总结：\n",
        "根据文本，",
        "根据提供的资料，",
        "根据上下文，",
        "根据以上信息，",
        "文中提到，",
        "作为一个人工智能语言模型，",
        "综上所述，",
        "总之，",
    ),
    "de": (
        "Klar! ",
        "Gerne! Hier ist die Antwort:\n",
        "Natürlich. ",
        "Guten Tag! ",
        "Antwort: ",
        "Zusammenfassung: ",
        "Hier ist eine Zusammenfassung:\n",
        "Die Antwort lautet: ",
        "Gute Frage! ",
        "Hier die Antwort: ",
    ),
    "fr": (
        "Bien sûr ! ",
        "Bonjour ! ",
        "Voici la réponse :\n",
        "Réponse : ",
        "Résumé : ",
        "Selon le texte, ",
        "D'après le document fourni, ",
        "D’après l’article, ",
        "La réponse est : ",
        "Excellente question ! ",
        "Le texte indique que ",
        "Voilà : ",
        "En résumé, ",
    ),
    "es": (
        "¡Claro! ",
        "¡Hola! ",
        "Por supuesto. ",
        "Aquí está la respuesta:\n",
        "Respuesta: ",
        "Resumen: ",
        "Según el texto, ",
        "De acuerdo con el documento, ",
        "Basándome en la información proporcionada, ",
        "La respuesta es: ",
    ),
    "ja": (
        "もちろんです！",
        "こんにちは！",
        "以下が答えです：\n",
        "答え：",
        "要約：",
        "本文によると、",
        "テキストによれば、",
        "提供された情報に基づくと、",
        "答えは、",
    ),
    "it": ("Certo! ", "Ecco la risposta:\n", "Risposta: ", "Secondo il testo, "),
    "pt": ("Claro! ", "Aqui está a resposta:\n", "Resposta: ", "De acordo com o texto, "),
}
CLOSINGS = {
    "en": (
        " I hope this helps!",
        " Hope that helps.",
        "\n\nLet me know if you have any other questions.",
        " Please let me know if you need more.",
        " Feel free to ask!",
        " If you have any further questions, please ask.",
        " Is there anything else I can help you with?",
        " Would you like me to explain more?",
        " How can I help you today?",
        " You're welcome!",
        " Have a great day!",
        " I hope this helps! Let me know if you need anything else. 😊",
        " Don’t hesitate to ask.",
        " Thank you!",
        "\n\nNote: This answer is based on the text.",
    ),
    "zh": (
        "希望这对您有帮助！",
        "如果您还有其他问题，请随时告诉我。",
        "请问还有什么可以帮您的吗？",
        "祝您愉快！",
    ),
    "de": (
        " Ich hoffe, das hilft!",
        " Lass mich wissen, ob du mehr brauchst.",
        " Wenn Sie weitere Fragen haben, melden Sie sich.",
        " Kann ich sonst noch helfen?",
        " Gern geschehen!",
    ),
    "fr": (
        " J'espère que cela vous aide !",
        " N'hésitez pas à demander.",
        " Si vous avez d'autres questions, je suis là.",
        " Bonne journée !",
    ),
    "es": (
        " ¡Espero que esto te ayude!",
        " Si tienes más preguntas, dímelo.",
        " No dudes en preguntar.",
        " ¿En qué más puedo ayudarte? ¡Que tengas un buen día!",
    ),
    "ja": (
        "お役に立てれば幸いです。",
        "他に質問があれば、お気軽にどうぞ。",
        "何かお手伝いできることはありますか？",
    ),
    "it": (" Spero che ti aiuti!", " Fammi sapere se hai dubbi."),
    "pt": (" Espero que isso ajude!", " Fique à vontade para perguntar."),
}


def read(text):
    return OutputReader().read(text)


@pytest.mark.parametrize(
    ("language", "lead"), [(language, lead) for language in LEADS for lead in LEADS[language]]
)
def test_lead_ins(language, lead):
    said = read(lead + PLAIN[language])
    assert said.text.strip() == PLAIN[language]
    assert {"lead-in", "greeting", "label", "heading", "title"} & set(said.reasons)


@pytest.mark.parametrize(
    ("language", "closing"),
    [(language, end) for language in CLOSINGS for end in CLOSINGS[language]],
)
def test_closings(language, closing):
    said = read(PLAIN[language] + closing)
    assert said.text.strip() == PLAIN[language]
    assert said.reasons == ("closing",)


@pytest.mark.parametrize(
    "text",
    [
        "Hello! How can I help you?",
        "Hi there! What can I do for you today?",
        "Sure!",
        "Of course! I'd be happy to help. Please provide the text.",
        "Here is the answer:",
        "Thank you for your question!",
        "您好！有什么可以帮助您的吗？",
        "你好！请问有什么可以帮您？",
        "Hallo! Wie kann ich Ihnen helfen?",
        "Bonjour ! Comment puis-je vous aider aujourd'hui ?",
        "¡Hola! ¿En qué puedo ayudarte hoy?",
        "こんにちは！何かお手伝いできることはありますか？",
        "Ciao! Come posso aiutarti?",
        "Olá! Como posso ajudar?",
    ],
)
def test_nothing_but_wrapping(text):
    assert not any(char.isalnum() for char in read(text).text)


def test_later_sentences_lead_in_too_and_begin_large_again():
    said = read("It is tall. According to the text, the tower is old. 它很高。根据文本，它很老。")
    assert said.text == "It is tall. The tower is old. 它很高。它很老。"
    start = said.text.index("The tower")
    assert said.written[slice(*said.span(start, start + 9))].endswith("the tower")


@pytest.mark.parametrize(
    "text",
    [
        "Hello Kitty is a cat.",
        "Great Britain is an island.",
        "Sure enough, it rained.",
        "Of course it rained.",
        "Here is where she lived.",
        "According to Anna, it rained.",
        "According to the police, it rained.",
        "Based on a novel, the film won.",
        "The answer came late.",
        "The answer is",
        "Let me know what love is, he sang. Then he left.",
        "I hope for rain. It is dry.",
        "Thank you for the music is a song.",
        "In the text there are words.",
        "The text does not mention it.",
        "Im Text wird das nicht erwähnt.",
        "Laut Text ist das nicht bekannt.",
        "Le texte ne le mentionne pas.",
        "文中没有提到。",
        "本文には記載されていません。",
        "Summary judgment was given.",
        "Good morning Vietnam is a film.",
        "Here it is cold.",
        "In short supply, it sold.",
        "Voici Paris.",
        "Welcome to Paris.",
        "A dog barked.",
        "Model 5 is old.",
        "Gern sah er den See.",
        "Voir Paris et mourir.",
        "La respuesta no es fácil.",
        "好的天气。",
    ],
)
def test_sentences_that_begin_alike_stay(text):
    assert read(text).text == text


@pytest.mark.parametrize(
    "text", ["Yes, of course.", "Yes", "No.", "Nein.", "はい", "是的。", "Sí."]
)
def test_yes_and_no_are_answers(text):
    assert text.split(",")[0].strip(".。") in read(text).text
