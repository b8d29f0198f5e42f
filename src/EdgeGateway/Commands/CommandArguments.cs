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

    public static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    public static string? Text(this JsonObject arguments, string name) =>
        arguments[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static string RequiredText(this JsonObject arguments, string name) =>
        arguments.Text(name) ?? throw Failure.Usage("usage.required", Option(name));

    /// <exception cref="GatewayException">It is longer than <paramref name="maximum"/> characters.</exception>
    public static string? Text(this JsonObject arguments, string name, int maximum) =>
        arguments.Text(name) is not { } text || text.Length <= maximum ? arguments.Text(name)
        : throw Wrong(name, text, Said.Of("usage.long", text.Length, maximum));

    /// <summary>Whom something was done for: the account that did it where nobody else is named.</summary>
    public static string By(this JsonObject arguments, Actor actor, int maximum) => arguments.Text("by", maximum) is { Length: > 0 } by ? by : actor.Account;

    public static bool Flag(this JsonObject arguments, string name) =>
        arguments[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    public static IReadOnlyList<long> Numbers(this JsonObject arguments, string name) => arguments[name] is JsonArray array
        ? [.. array.Select(item => item is JsonValue value && value.TryGetValue<long>(out var number) ? number : throw Wrong(name, item?.ToJsonString() ?? "null", Said.Of("usage.index")))]
        : [];

    public static long? Number(this JsonObject arguments, string name) =>
        arguments[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    public static long RequiredNumber(this JsonObject arguments, string name) =>
        arguments.Number(name) ?? throw Failure.Usage("usage.required", Option(name));

    public static DateTimeOffset? Time(this JsonObject arguments, string name) =>
        arguments.Text(name) is not { } text ? null
        : TryTime(text, out var time) ? time
        : throw Wrong(name, text, Said.Of("usage.time"));

    /// <summary>One of a few words.</summary>
    public static GatewayException WrongWord(string name, string value, params ReadOnlySpan<string> words) => Wrong(name, value, Said.Of("usage.words", string.Join(", ", words)));

    /// <summary>As the ledger writes times; null stays null.</summary>
    public static string? Text(DateTimeOffset? time) => time is { } value ? Ledger.LedgerTime.Format(value) : null;

    static GatewayException Wrong(string name, string value, string why) => Failure.Usage("usage.value", Option(name), DisplayText.Of(value, 100), why);

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
