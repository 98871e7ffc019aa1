/* PACMAN messages for sciwire conform: one file, the C library and nothing else.
 *
 *     cc -std=c99 -O2 -Wall -o pacman_adapter pacman_adapter.c
 *     sciwire conform pacman --impl cmd:./pacman_adapter
 *
 * The suite writes its requests without blanks and with the keys in a fixed order, and what is looked for here ("id",
 * "data") is never part of a text before it, so that a search does for a JSON parser.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *line = NULL; /* a request, as long as it may be */
static size_t room = 0;

static int read_line(void) {
  size_t used = 0;
  int byte;
  while ((byte = getchar()) != EOF && byte != '\n') {
    if (used + 2 > room) {
      room = room ? 2 * room : 4096;
      line = realloc(line, room);
      if (!line) exit(1);
    }
    line[used++] = (char)byte;
  }
  if (byte == EOF && used == 0) return 0;
  if (!line) exit(1);
  line[used] = 0;
  return 1;
}

/* The text that follows "key":" up to the next quote, in place; NULL where there is none. */
static const char *text_of(const char *key, size_t *size) {
  const char *start = strstr(line, key), *end;
  if (!start) return NULL;
  start += strlen(key);
  end = strchr(start, '"');
  if (!end) return NULL;
  *size = (size_t)(end - start);
  return start;
}

static int is_command(const char *name) { return strncmp(line + 8, name, strlen(name)) == 0; } /* {"cmd":" */

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static size_t from_base64(const char *text, size_t size, uint8_t *out) {
  uint32_t bits = 0;
  size_t count = 0, used = 0;
  for (size_t i = 0; i < size && text[i] != '='; i++) {
    bits = bits << 6 | (uint32_t)(strchr(DIGITS, text[i]) - DIGITS);
    if (++count % 4 != 1) out[used++] = (uint8_t)(bits >> (6 - 2 * ((count + 3) % 4)));
  }
  return used;
}

static void print_bytes(const char *name, const uint8_t *data, int size) {
  printf(",\"%s\":{\"$bytes\":\"", name);
  for (int i = 0; i < size; i += 3) {
    uint32_t bits = (uint32_t)data[i] << 16 | (i + 1 < size ? data[i + 1] : 0u) << 8 | (i + 2 < size ? data[i + 2] : 0u);
    putchar(DIGITS[bits >> 18 & 63]);
    putchar(DIGITS[bits >> 12 & 63]);
    putchar(i + 1 < size ? DIGITS[bits >> 6 & 63] : '=');
    putchar(i + 2 < size ? DIGITS[bits & 63] : '=');
  }
  printf("\"}");
}

static uint32_t u32(const uint8_t *data) {
  return data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
}

/* The letters of words that a message of this type may hold. */
static const char *words_of(uint8_t type) { return type == 'D' ? "DTS" : type == '?' ? "PWRD" : "WRDPE"; }

static void print_word(uint8_t type, const uint8_t *word) {
  printf("{\"word\":");
  switch (word[0]) {
    case 'D':
      printf("\"%s\",\"io_channel\":%d", type == 'D' ? "DATA" : "TX", word[1]);
      if (type == 'D') printf(",\"receipt_timestamp\":%u", u32(word + 2));
      print_bytes("packet", word + 8, 8);
      break;
    case 'T':
      printf("\"TRIG\",\"timestamp\":%u", u32(word + 4));
      print_bytes("trigger_type", word + 1, 1);
      break;
    case 'S':
      printf("\"SYNC\",\"clk_source\":%d,\"timestamp\":%u", word[2], u32(word + 4));
      print_bytes("sync_type", word + 1, 1);
      break;
    case 'P':
      printf(type == '?' ? "\"PING\"" : "\"PONG\"");
      break;
    case 'E':
      printf("\"ERR\",\"code\":%d", word[1]);
      print_bytes("text", word + 2, 14);
      break;
    default:
      printf("\"%s\",\"register\":%u,\"value\":%u", word[0] == 'W' ? "WRITE" : "READ", u32(word + 4), u32(word + 12));
  }
  putchar('}');
}

/* What is wrong with a message, as a category of the suite; NULL where nothing is. */
static const char *wrong(const uint8_t *data, size_t size) {
  size_t count;
  if (size < 8) return "truncated";
  if (data[0] == 0 || !strchr("D?!", data[0])) return "constraint";
  count = data[6] | (size_t)data[7] << 8;
  if (size != 8 + 16 * count) return size < 8 + 16 * count ? "truncated" : "size";
  for (size_t at = 8; at < size; at += 16)
    if (data[at] == 0 || !strchr(words_of(data[0]), data[at])) return "constraint";
  return NULL;
}

static void decode(const uint8_t *data, size_t size) {
  const char *category = wrong(data, size);
  if (category) {
    printf("\"error\":{\"category\":\"%s\"}}\n", category);
    return;
  }
  printf("\"value\":{\"type\":\"%s\"", data[0] == 'D' ? "DATA" : data[0] == '?' ? "REQ" : "REP");
  printf(",\"timestamp\":%u,\"words\":[", u32(data + 1));
  for (size_t at = 8; at < size; at += 16) {
    if (at > 8) putchar(',');
    print_word(data[0], data + at);
  }
  printf("]}}\n");
}

int main(void) {
  while (read_line()) {
    size_t id_size = 0, size = 0;
    const char *id, *data;
    if (is_command("stop")) break;
    if (is_command("start")) {
      puts("{\"ok\":true,\"implementation\":{\"name\":\"example-c\",\"version\":\"1\",\"language\":\"c\"},"
           "\"formats\":{\"pacman\":{\"versions\":[\"0.0\"],\"can\":[\"decode\"],\"reports\":[\"category\"]}}}");
      fflush(stdout);
      continue;
    }
    id = text_of("\"id\":\"", &id_size);
    data = text_of("\"data\":\"", &size);
    printf("{\"id\":\"%.*s\",", (int)id_size, id ? id : "");
    if (!is_command("decode") || !data || !strstr(line, "\"format\":\"pacman\"") || !strstr(line, "\"options\":{}")) {
      puts("\"unsupported\":\"reads pacman, without options\"}");
    } else {
      uint8_t *bytes = malloc(size + 1);
      if (!bytes) return 1;
      decode(bytes, from_base64(data, size, bytes));
      free(bytes);
    }
    fflush(stdout);
  }
  return 0;
}
