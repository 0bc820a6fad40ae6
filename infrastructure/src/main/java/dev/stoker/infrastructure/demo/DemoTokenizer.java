package dev.stoker.infrastructure.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A byte-level tokenizer: two marks, the 256 bytes, and a few merges, in the format of the {@code
 * tokenizers} library.
 */
final class DemoTokenizer {
  /** Size of the vocabulary; a multiple of 64. */
  static final int VOCABULARY = 320;

  /** The mark that begins a text. */
  static final int BEGIN = 0;

  /** The mark that ends one. */
  static final int END = 1;

  /** Frequent pairs of English, as pairs of symbols; the first character of some is a space's. */
  private static final List<String> MERGES =
      List.of(
          "\u0120 t", "h e", "i n", "r e", "o n", "\u0120t he", "e r", "a t", "\u0120 a", "e s");

  private static final String TEMPLATE =
      "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\\n{% endfor %}assistant: ";

  DemoTokenizer() {}

  String json() {
    List<String> entries = new ArrayList<>();
    List<String> symbols = new ArrayList<>(List.of("<s>", "</s>"));
    symbols.addAll(byteSymbols());
    MERGES.forEach(merge -> symbols.add(merge.replace(" ", "")));
    for (int id = 0; id < symbols.size(); id++) {
      entries.add(quoted(symbols.get(id)) + ": " + id);
    }
    List<String> merges = MERGES.stream().map(DemoTokenizer::quoted).toList();
    return """
    {
      "version": "1.0",
      "truncation": null,
      "padding": null,
      "added_tokens": [
        {"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
        {"id": 1, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}
      ],
      "normalizer": null,
      "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
      "post_processor": null,
      "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
      "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
        "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
        "vocab": {%s},
        "merges": [%s]}
    }
    """
        .formatted(String.join(", ", entries), String.join(", ", merges));
  }

  String configJson() {
    return """
    {
      "tokenizer_class": "PreTrainedTokenizerFast",
      "bos_token": "<s>",
      "eos_token": "</s>",
      "model_max_length": 2048,
      "chat_template": "%s"
    }
    """
        .formatted(TEMPLATE);
  }

  /**
   * The characters that stand for the 256 bytes: printable ones for themselves, the others, in
   * order, from U+0100 on (GPT-2's table).
   */
  private static List<String> byteSymbols() {
    List<String> symbols = new ArrayList<>();
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b > 0x20 && b < 0x7f) || (b > 0xa0 && b != 0xad);
      symbols.add(String.valueOf((char) (printable ? b : next++)));
    }
    return symbols;
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c > 0x7e) {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
