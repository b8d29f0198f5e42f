using System.Text;
using System.Text.Json;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Ledger;

public sealed class CanonicalJsonWriterTests
{
    readonly CanonicalJsonWriter _json = new(16);

    [Fact]
    public void The_string_of_RFC_8785_s_example_is_written_as_its_section_3_2_4_says()
    {
        _json.String("\u20ac$\u000F\u000aA'\u0042\u0022\u005c\u0022\u002f".Replace("\u005c\u0022", "\\\\\"", StringComparison.Ordinal));

        // e2 82 ac 24 5c 75 30 30 30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f, from the RFC's hexadecimal listing.
        Assert.Equal(
            "22E282AC245C75303030665C6E4127425C225C5C5C5C5C222F22", Convert.ToHexString(_json.Written));
    }

    [Theory]
    [InlineData("\b\t\n\f\r", "\\b\\t\\n\\f\\r")]
    [InlineData("\u0000\u0001\u000b\u000e\u001f", "\\u0000\\u0001\\u000b\\u000e\\u001f")]
    [InlineData("\"\\/", "\\\"\\\\/")]
    [InlineData("\u007f\u0080\u2028\u2029\ufeff", "\u007f\u0080\u2028\u2029\ufeff")]
    [InlineData("城管<script>&'+", "城管<script>&'+")]
    [InlineData("😀", "😀")]
    [InlineData("", "")]
    public void Strings_have_the_shortest_escapes_and_nothing_else_is_escaped(string value, string expected)
    {
        _json.String(value);

        Assert.Equal($"\"{expected}\"", Written);
    }

    [Fact]
    public void A_lone_surrogate_which_UTF_8_cannot_hold_becomes_the_replacement_character()
    {
        _json.BeginArray();
        foreach (var value in new[] { "\ud83d", "a\ude00b", "\ude00\ud83d" }) _json.String(value);
        _json.EndArray();

        Assert.Equal("[\"\ufffd\",\"a\ufffdb\",\"\ufffd\ufffd\"]", Written);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1, "-1")]
    [InlineData(9007199254740991, "9007199254740991")]
    [InlineData(-9007199254740991, "-9007199254740991")]
    public void Integers_are_plain(long value, string expected)
    {
        _json.Number(value);

        Assert.Equal(expected, Written);
    }

    [Theory]
    [InlineData(9007199254740992)]
    [InlineData(-9007199254740992)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Integers_that_a_double_cannot_hold_are_refused(long value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _json.Number(value));

    [Fact]
    public void Bytes_are_hexadecimal_or_base64()
    {
        _json.BeginArray();
        _json.Hex([0x00, 0xAB, 0xFF]);
        _json.Hex([]);
        _json.Base64([0xFB, 0xFF]);
        _json.Base64([]);
        _json.EndArray();

        Assert.Equal("""["00abff","","+/8=",""]""", Written);
    }

    [Fact]
    public void Names_out_of_order_or_twice_are_a_bug()
    {
        _json.BeginObject();
        _json.Name("b"u8);
        _json.Number(1);

        Assert.Throws<InvalidOperationException>(() => _json.Name("a"u8));
        Assert.Throws<InvalidOperationException>(() => _json.Name("b"u8));
        _json.Name("ba"u8);
    }

    [Fact]
    public void Each_object_has_an_order_of_its_own()
    {
        _json.BeginObject();
        _json.Name("m"u8);
        _json.BeginObject();
        _json.Name("a"u8);
        _json.BeginArray();
        _json.BeginObject();
        _json.Name("a"u8);
        _json.Number(1);
        _json.EndObject();
        _json.EndArray();
        _json.EndObject();
        Assert.Throws<InvalidOperationException>(() => _json.Name("c"u8));
        _json.Name("n"u8);
        _json.Number(2);
        _json.EndObject();

        Assert.Equal("""{"m":{"a":[{"a":1}]},"n":2}""", Written);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\"")]
    [InlineData("é")]
    public void A_name_from_data_is_plain_ASCII(string name)
    {
        _json.BeginObject();

        Assert.Throws<ArgumentException>(() => _json.Name(name));
        Assert.Throws<ArgumentException>(() => _json.Name(new string('a', 257)));
        _json.Name("2026-11-22T05:00_x.y");
    }

    [Fact]
    public void What_is_no_JSON_cannot_be_written()
    {
        Action<CanonicalJsonWriter>[] misuses =
        [
            json => _ = json.Written.Length,
            json => json.EndObject(),
            json => json.EndArray(),
            json => json.Name("a"u8),
            json => Then(json, () => json.Number(1), () => json.Number(2)),
            json => Then(json, () => json.Number(1), () => json.Preamble([0])),
            json => Then(json, json.BeginObject, () => json.Number(1)),
            json => Then(json, json.BeginObject, json.EndArray),
            json => Then(json, json.BeginObject, () => _ = json.Written.Length),
            json => Then(json, json.BeginArray, json.EndObject),
            json => Then(json, json.BeginArray, () => json.Name("a"u8)),
            json => Then(json, () => Then(json, json.BeginObject, () => json.Name("a"u8)), json.EndObject),
            json => Then(json, () => Then(json, json.BeginObject, () => json.Name("a"u8)), () => json.Name("b"u8)),
        ];
        Assert.All(misuses, misuse => Assert.Throws<InvalidOperationException>(() => misuse(new CanonicalJsonWriter())));

        static void Then(CanonicalJsonWriter json, Action first, Action second)
        {
            first();
            _ = json.Length;
            second();
        }
    }

    [Fact]
    public void Sixteen_levels_are_the_most()
    {
        for (var i = 0; i < 16; i++) _json.BeginArray();

        Assert.Throws<InvalidOperationException>(_json.BeginArray);
        for (var i = 0; i < 16; i++) _json.EndArray();
        Assert.Equal(new string('[', 16) + new string(']', 16), Written);
    }

    [Fact]
    public void A_writer_is_used_again_after_a_reset_whatever_was_left_open()
    {
        _json.BeginObject();
        _json.Name("z"u8);
        _json.Reset();
        _json.Preamble([0]);
        _json.BeginObject();
        _json.Name("a"u8);
        _json.Raw("[1,2]"u8);
        _json.EndObject();

        Assert.Equal("\0{\"a\":[1,2]}", Written);
    }

    [Fact]
    public void Whatever_is_written_is_read_back_and_canonical()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 2000; round++)
        {
            _json.Reset();
            Write(random, 0);

            Assert.Equal(LedgerCanonical.Of(_json.Written.ToArray()), Written);
        }
    }

    [Fact]
    public void Any_text_comes_back_as_it_was()
    {
        var random = new Random(20261123);
        for (var round = 0; round < 5000; round++)
        {
            var value = Text(random);
            _json.Reset();
            _json.String(value);

            Assert.Equal(value, JsonSerializer.Deserialize<string>(_json.Written));
        }
    }

    string Written => Encoding.UTF8.GetString(_json.Written);

    void Write(Random random, int depth)
    {
        switch (random.Next(depth < 5 ? 7 : 5))
        {
            case 0:
                _json.String(Text(random));
                break;
            case 1:
                _json.Number(random.NextInt64(-9007199254740991, 9007199254740992));
                break;
            case 2:
                _json.Time(DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(0, 1L << 60)));
                break;
            case 3:
                _json.Base64(Encoding.UTF8.GetBytes(Text(random)));
                break;
            case 4:
                _json.Hex(Encoding.UTF8.GetBytes(Text(random)));
                break;
            case 5:
                _json.BeginArray();
                for (var n = random.Next(4); n > 0; n--) Write(random, depth + 1);
                _json.EndArray();
                break;
            default:
                _json.BeginObject();
                foreach (var name in Enumerable.Range(0, random.Next(5)).Select(_ => $"n{random.Next(1000)}").Distinct().Order(StringComparer.Ordinal))
                {
                    _json.Name(name);
                    Write(random, depth + 1);
                }

                _json.EndObject();
                break;
        }
    }

    static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var n = random.Next(12); n > 0; n--)
        {
            var rune = random.Next(4) switch
            {
                0 => random.Next(0x20),
                1 => random.Next(0x80),
                2 => random.Next(0x800),
                _ => random.Next(0x110000),
            };
            if (Rune.IsValid(rune)) text.Append(new Rune(rune));
        }

        return text.ToString();
    }
}
