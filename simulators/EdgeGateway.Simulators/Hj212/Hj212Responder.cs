using System.Globalization;

namespace EdgeGateway.Simulators.Hj212;

/// <summary>
/// The instrument's side of requests (HJ 212-2017, section 6.6.1): 9011, what was asked for, 9012. It keeps what it is told,
/// and answers the same request again without doing it twice.
/// </summary>
/// <param name="password">A request with another is refused.</param>
sealed class Hj212Responder(string mn, string password, TimeProvider time)
{
    const string Ready = "1";
    const string WrongPassword = "3";
    const string UnknownCommand = "8";
    static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal)
    {
        ["RtdInterval"] = "30",
        ["MinInterval"] = "10",
        ["OverTime"] = "10",
        ["ReCount"] = "3",
    };

    TimeSpan _offset;
    string? _lastQn;

    public IReadOnlyDictionary<string, string> Settings => _settings;

    /// <summary>How far its clock was set from the machine's.</summary>
    public TimeSpan Offset => _offset;

    /// <summary>What it sends back; nothing to what is no request to it.</summary>
    public IReadOnlyList<Hj212Frame> Respond(Hj212Frame request)
    {
        if (request["MN"] != mn || request["QN"] is not { } qn || request["CN"] is not { Length: 4 } command || !Wants(request)) return [];
        if (command.StartsWith('9')) return [];
        if (request["PW"] != password) return [Answer(qn, "9011", $"QnRtn={WrongPassword}")];

        var isNew = qn != _lastQn;
        _lastQn = qn;
        var fields = Fields(request.Cp);
        string? data = null;
        switch (command)
        {
            case "1011":
                data = $"SystemTime={(time.GetUtcNow() + _offset).ToOffset(Beijing).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}";
                break;
            case "1012" when fields.TryGetValue("SystemTime", out var text) && TryTime(text, out var now):
                if (isNew) _offset = now - time.GetUtcNow();
                break;
            case "1061":
                data = $"RtdInterval={_settings["RtdInterval"]}";
                break;
            case "1063":
                data = $"MinInterval={_settings["MinInterval"]}";
                break;
            case "1062" or "1064" or "1000":
                foreach (var (name, value) in fields.Where(field => _settings.ContainsKey(field.Key))) _settings[name] = value;
                break;
            default:
                return [Answer(qn, "9011", $"QnRtn={UnknownCommand}")];
        }

        var accepted = Answer(qn, "9011", $"QnRtn={Ready}");
        var done = Answer(qn, "9012", "ExeRtn=1");
        return data is null ? [accepted, done] : [accepted, Answer(qn, command, data, request["ST"]!), done];
    }

    static bool Wants(Hj212Frame frame) => int.TryParse(frame["Flag"], NumberStyles.None, CultureInfo.InvariantCulture, out var flag) && (flag & 1) == 1;

    Hj212Frame Answer(string qn, string command, string cp, string st = "91") =>
        new([("QN", qn), ("ST", st), ("CN", command), ("PW", password), ("MN", mn), ("Flag", "4")], cp);

    static Dictionary<string, string> Fields(string cp)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in cp.Split([';', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) fields[field[..equals]] = field[(equals + 1)..];
        }

        return fields;
    }

    static bool TryTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text + "+08", "yyyyMMddHHmmsszz", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
