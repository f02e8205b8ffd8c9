"""Closings: what a model writes behind what it says, to be polite or to go on."""

import re

from keras_halluc.text.said.draft import Edit

REASON = "closing"
_MOST = 5  # closings one after the other
_LONGEST = 250  # characters of a closing
_PATTERN = (
    r"(?:please )?note(?: that|:) (?:this|these|the (?:above|answer|summary|response|information)|"
    r"i am|i'm|as an ai)|"
    r"(?:i (?:do )?)?hope (?:this|that|it|the above) (?:helps?|clarifies|answers|is helpful|"
    r"was helpful|information)|"
    r"(?:please |just |but |and )?(?:let me know|feel free|don't hesitate|do not hesitate|"
    r"reach out|ask away)\b(?: (?:if|to|and|when|what|how|whether|should)\b|[!.]?$)|"
    r"(?:if|should) you (?:have|need|want|would like|'d like|require|"
    r"are looking for)(?: to (?:know|learn|ask))? (?:any|more|further|another|other|additional|"
    r"me to|anything|something|help|a different)|"
    r"(?:is|was) there anything (?:else|more|specific)|(?:anything|what) else (?:can|could|would|"
    r"i can)|(?:how|what) (?:can|may|could|else can) i (?:help|assist|do)|"
    r"(?:would|do) you (?:like|want|need) (?:me to|to know|more|any|help|further)|what (?:would|"
    r"do) you (?:like|want) (?:to know|me to|help)|"
    r"(?:can|could|may) i (?:help|assist) you|(?:have|enjoy) (?:a|your) (?:great|nice|good|"
    r"wonderful|lovely) (?:day|evening|time|weekend|one)|"
    r"you(?:'re| are) (?:very |most )?welcome|happy to help|glad (?:i could|to) help|"
    r"always here to help|i(?:'m| am) (?:always )?here (?:to|if|for)|"
    r"thank(?:s| you)(?: (?:very|so) much)?(?: for (?:asking|your|using|reading|"
    r"listening)[^.!?]{0,60})?[!.]*$|(?:good luck|best of luck|cheers|take care|goodbye|bye|"
    r"see you)[^.!?\n]{0,30}[!.]*$|"
    r"(?:could|can|would) you (?:please )?(?:provide|share|give|paste|specify|clarify)|"
    r"please (?:provide|share|give me|paste|specify|clarify|note that i am)|"
    r"希望(?:这|以上|這|我的)?.{0,8}(?:有帮助|有所帮助|能帮|有幫助|对你有用|对您有用)|(?:如果|若|"
    r"如)(?:您|你)?(?:还|有|还有|需要|有任何)?.{0,12}(?:问题|疑问|需要|帮助|問題)|(?:请|欢迎)随时|"
    r"随时(?:告诉|联系|问)我|"
    r"(?:请问)?(?:还)?有什么(?:我)?(?:可以|能|需要)(?:为|帮)?|祝(?:您|你).{0,10}|(?:需要|"
    r"要)我.{0,20}吗|不客气|谢谢(?:您|你)?.{0,10}$|"
    r"ich hoffe,? (?:das|dies|ich konnte|die|es)\b|(?:bitte )?(?:lass|lassen sie) (?:es )?(?:mich|"
    r"mir)\b.{0,12}wissen|(?:falls|wenn|sollten|solltest) (?:du|sie) (?:noch |weitere |mehr |"
    r"fragen|hilfe|etwas)|bei (?:weiteren )?fragen|"
    r"kann ich (?:dir|ihnen|sonst|noch)|wie kann ich (?:dir|ihnen)|(?:möchtest|möchten|soll|willst|"
    r"wollen) (?:du|sie|ich)\b.{0,60}\?|gern(?:e)? geschehen|viel (?:erfolg|spaß|glück)|melde dich|"
    r"melden sie sich|zögern sie nicht|zögere nicht|"
    r"j'espère que|n'hésite[zs]?(?: pas)?|si (?:vous avez|tu as|vous souhaitez|vous voulez|"
    r"tu veux)\b.{0,20}(?:question|plus|autre|aide|informations)|(?:faites|"
    r"fais)[- ]le[- ]moi savoir|(?:faites|fais)-moi savoir|dites-moi si|"
    r"comment puis-je|puis-je (?:vous|t')|(?:voulez|souhaitez)-vous|(?:veux|souhaites)-tu|"
    r"bonne (?:journée|soirée|chance|continuation)|y a-t-il autre chose|en quoi puis-je|"
    r"je reste à votre disposition|"
    r"espero (?:que|haber)\b.{0,20}(?:ayud|útil|sirva)|(?:si|en caso de que) (?:tienes?|necesitas?|"
    r"quieres?|deseas?|tuvieras?)\b.{0,20}(?:pregunta|duda|algo|más|otra|ayuda|información)|"
    r"no dud(?:es|e) en|(?:avísame|avíseme|házmelo saber|hágamelo saber|déjame saber)|"
    r"¿?(?:hay|necesitas?|quieres?|te gustaría|le gustaría|deseas?) (?:algo|alguna|más|que|saber)|"
    r"¿?(?:en qué|cómo) (?:más )?(?:puedo|te puedo|le puedo) ayudar|"
    r"¡?que (?:tengas?|tenga) (?:un|buen)|"
    r"¡?(?:mucha )?suerte|de nada|estoy aquí para|"
    r"spero che|(?:fammi|fatemi|mi faccia) sapere|se (?:hai|ha|avete) (?:altre|bisogno|ulteriori|"
    r"domande)|non esitare|come posso aiutar|posso aiutar|buona (?:giornata|fortuna)|"
    r"espero que (?:isso|isto|tenha)|(?:se|caso) (?:tiver|precisar|você tiver|"
    r"quiser)\b.{0,20}(?:pergunta|dúvida|ajuda|mais|algo)|fique à vontade|(?:avise-me|me avise)|"
    r"como posso ajud|posso ajudar|tenha um|não hesite|"
    r"お役に立て|(?:他|ほか)に(?:も)?(?:ご|何か)?(?:質問|不明|知りたい|お手伝い|聞きたい)|(?:ご|"
    r"何か)?(?:質問|不明な点|ご不明点|お困り)(?:など)?が(?:ございまし|あり|あれ)|お気軽に|"
    r"何か(?:お手伝い|お困り)|どのような(?:ご用件|お手伝い)|(?:何を|何か)お(?:手伝い|探し)|"
    r"参考になれば|よろしくお願い|どういたしまして|"
    r"도움이 되었|더 궁금|무엇을 도와"
)
_CLOSING = re.compile(
    rf"(?:[^\w\s¿¡]\s?)?[¿¡]?(?:{_PATTERN.replace(chr(39), '[' + chr(39) + '’]')})", re.IGNORECASE
)
_BEGINS = re.compile(r"(?:[.!?…]+[\"'”’)]*[\s]|[。！？]|\n)[\s]*(?=\S)")


def find_closings(text: str) -> list[Edit]:
    """Sentences of courtesy at the end, from the last one on."""
    edits: list[Edit] = []
    end = len(text)
    for _ in range(_MOST):
        start = _last_sentence(text, end)
        if start is None or not _CLOSING.match(text, start, end):
            break
        edits.append(Edit(start, end, REASON))
        end = start
    return edits


def _last_sentence(text: str, end: int) -> int | None:
    """Where the last sentence with a letter in it begins before `end`; None if it is too long."""
    while end and not text[end - 1].isalnum():
        end -= 1
    if not end:
        return None
    from_here = max(0, end - _LONGEST)
    starts = [match.end() for match in _BEGINS.finditer(text, from_here, end) if match.end() < end]
    if starts:
        return starts[-1]
    if from_here:
        return None
    return len(text) - len(text.lstrip())
