using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary>Reads arguments that came as JSON, from this program or from another. What is wrong is named as the option that gives it.</summary>
static class CommandArguments
{
    /// <summary>A date, or a time as people and the ledger write it, also as tables show it; without an offset it is UTC.</summary>
    static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss zzz", "yyyy-MM-dd HH:mm zzz",
    ];

    /// <summary>The largest that canonical JSON has, 2^53 - 1: what is larger can't be sealed.</summary>
    const long MaximumNumber = 9_007_199_254_740_991;

    public static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    /// <exception cref="GatewayException">One is not among <paramref name="known"/>, or is of another type than there.</exception>
    public static void Check(this JsonObject arguments, IReadOnlyList<CommandArgument> known)
    {
        foreach (var name in arguments.Select(pair => pair.Key))
        {
            var argument = known.FirstOrDefault(one => one.Name == name) ?? throw Failure.Usage("usage.unknown", DisplayText.Of(name, 100));
            argument.Check(arguments);
        }
    }

    /// <returns>Null where it is not given, or null.</returns>
    /// <exception cref="GatewayException">It is of another type; so with every reader here.</exception>
    public static string? Text(this JsonObject arguments, string name) =>
        arguments[name] is not { } node ? null : TextOf(node) ?? throw Wrong(name, node, Said.Of("usage.text"));

    public static string RequiredText(this JsonObject arguments, string name) =>
        arguments.Text(name) ?? throw Failure.Usage("usage.required", Option(name));

    /// <exception cref="GatewayException">It is longer than <paramref name="maximum"/> characters.</exception>
    public static string? Text(this JsonObject arguments, string name, int maximum) =>
        arguments.Text(name) is not { } text || text.Length <= maximum ? arguments.Text(name)
        : throw Wrong(name, text, Said.Of("usage.long", text.Length, maximum));

    public static string RequiredText(this JsonObject arguments, string name, int maximum) =>
        arguments.Text(name, maximum) is { Length: > 0 } text ? text : throw Failure.Usage("usage.required", Option(name));

    /// <summary>Whom something was done for: the account that did it where nobody else is named.</summary>
    public static string By(this JsonObject arguments, Actor actor, int maximum) => arguments.Text("by", maximum) is { Length: > 0 } by ? by : actor.Account;

    public static bool Flag(this JsonObject arguments, string name) =>
        arguments[name] is { } node && (node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : throw Wrong(name, node, Said.Of("usage.flag")));

    public static long? Number(this JsonObject arguments, string name) =>
        arguments[name] is not { } node ? null : NumberOf(node) ?? throw Wrong(name, node, Said.Of("usage.whole", -MaximumNumber, MaximumNumber));

    public static long RequiredNumber(this JsonObject arguments, string name) =>
        arguments.Number(name) ?? throw Failure.Usage("usage.required", Option(name));

    /// <summary>As a number, or as the text that a file has.</summary>
    /// <returns>Null also for a text that is no index.</returns>
    public static long? Index(this JsonObject arguments, string name) => arguments[name] is not { } node ? null
        : TextOf(node) is { } text ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null
        : NumberOf(node) ?? throw Wrong(name, node, Said.Of("usage.index"));

    /// <returns>None where it is not given.</returns>
    public static IReadOnlyList<long> Numbers(this JsonObject arguments, string name) =>
        [.. Elements(arguments, name).Select(node => NumberOf(node) ?? throw Wrong(name, node, Said.Of("usage.whole", -MaximumNumber, MaximumNumber)))];

    /// <inheritdoc cref="Numbers"/>
    public static IReadOnlyList<string> Texts(this JsonObject arguments, string name) =>
        [.. Elements(arguments, name).Select(node => TextOf(node) ?? throw Wrong(name, node, Said.Of("usage.text")))];

    /// <inheritdoc cref="Numbers"/>
    public static IReadOnlyDictionary<string, string> Fields(this JsonObject arguments, string name) => arguments[name] switch
    {
        null => new Dictionary<string, string>(),
        JsonObject fields => fields.ToDictionary(field => field.Key, field => TextOf(field.Value) ?? throw Wrong(field.Key, field.Value, Said.Of("usage.text"))),
        var other => throw Wrong(name, other, Said.Of("usage.fields")),
    };

    /// <inheritdoc cref="Numbers"/>
    /// <exception cref="GatewayException">A row is no object.</exception>
    public static IReadOnlyList<JsonObject> Rows(this JsonObject arguments, string name) =>
        [.. Elements(arguments, name).Select(node => node as JsonObject ?? throw Failure.Usage("row.no-object"))];

    public static DateTimeOffset? Time(this JsonObject arguments, string name) =>
        arguments.Text(name) is not { } text ? null
        : TryTime(text, out var time) ? time
        : throw Wrong(name, text, Said.Of("usage.time"));

    /// <summary>One of a few words.</summary>
    public static GatewayException WrongWord(string name, string value, params ReadOnlySpan<string> words) => Wrong(name, value, Said.Of("usage.words", string.Join(", ", words)));

    /// <summary>As the ledger writes times; null stays null.</summary>
    public static string? Text(DateTimeOffset? time) => time is { } value ? Ledger.LedgerTime.Format(value) : null;

    static IEnumerable<JsonNode?> Elements(JsonObject arguments, string name) =>
        arguments[name] is not { } node ? [] : node as JsonArray ?? throw Wrong(name, node, Said.Of("usage.list"));

    // No path, name or text that people write has a zero in it, and the system cuts a path off there.
    static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && !text.Contains('\0', StringComparison.Ordinal) ? text : null;

    static long? NumberOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<long>(out var number) && number is >= -MaximumNumber and <= MaximumNumber ? number : null;

    static GatewayException Wrong(string name, JsonNode? value, string why) => Wrong(name, value?.ToJsonString() ?? "null", why);

    static GatewayException Wrong(string name, string value, string why) => Failure.Usage("usage.value", DisplayText.Of(Option(name), 100), DisplayText.Of(value, 100), why);

    /// <summary>The option of the command line that gives an argument.</summary>
    static string Option(string name)
    {
        if (name is "index" or "indices" or "items" or "rows") return "INDEX";
        var option = new StringBuilder("--");
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c)) option.Append('-');
            option.Append(char.ToLowerInvariant(c));
        }

        return option.ToString();
    }
}
