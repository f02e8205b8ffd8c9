"""Labels with which outputs mark questions, answers and reasoning, in the languages we know."""

# Parts of regular expressions, to be matched in any case.
REASONING_LABELS = (
    "reasoning|thinking|thoughts?|thought process|chain of thought|scratchpad|rationale|"
    "思考过程|思考過程|思考|推理过程|推理|推論|überlegung(?:en)?|gedankengang|begründung|"
    "raisonnement|réflexion|"
    "razonamiento|ragionamento|raciocínio"
)
ANSWER_LABELS = (
    r"(?:(?:the|my) )?(?:(?:final|short|correct|best|direct|brief|full) )?(?:answers?|response|"
    r"reply)|"
    r"a|ans|(?:最终|最終|正确|正確|简短|参考)?(?:答案|回答|答|解答)|(?:最終的な|正しい)?答え|"
    r"(?:(?:endgültige|kurze|richtige|finale) )?antwort(?:en)?|"
    r"r[ée]ponses?(?: finale| courte| correcte)?|respuestas?(?: final| corta| correcta)?|"
    r"rispost[ae](?: finale| breve| corretta)?|respostas?(?: final| curta| correta)?"
)
# What a text is called that was asked for, beside an answer.
TEXT_LABELS = (
    r"(?:short |brief |concise |one-sentence )?summary(?: of the (?:text|article|passage|document|"
    r"dialogue|conversation))?|tl;?dr|conclusion|output|result|solution|translation|completion|"
    r"prediction|explanation|overview|key (?:points|facts|takeaways)|main points|abstract|"
    r"总结|總結|摘要|概要|结论|結論|译文|翻译|输出|结果|結果|解释|要点|概述|要約|まとめ|翻訳|出力|"
    r"(?:kurze )?zusammenfassung|fazit|ergebnis|übersetzung|ausgabe|lösung|überblick|erklärung|"
    r"résumé|conclusion|traduction|résultat|sortie|aperçu|synthèse|"
    r"resumen|conclusión|traducción|resultado|salida|"
    r"riassunto|sintesi|conclusione|traduzione|risultato|resumo|conclusão|tradução|síntese"
)
# Who answers.
ASSISTANT_LABELS = (
    r"assistant|ai(?: assistant)?|bot|chatbot|model|助手|助理|アシスタント|assistent|asistente|"
    r"assistente"
)
# Who asks, or what is asked next.
ASKED_LABELS = (
    r"q|questions?|user|human|instructions?|prompt|query|"
    r"问题|問題|问|問|提问|用户|用戶|人类|指令|質問|ユーザー|人間|指示|"
    r"frage|nutzer|benutzer|mensch|anweisung|utilisateur|humain|consigne|"
    r"pregunta|usuario|humano|instrucción|domanda|utente|istruzione|pergunta|usuário|instrução"
)
