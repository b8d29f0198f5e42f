using System.Text.Json.Nodes;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Profiles;
using EdgeGateway.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary><c>device hj212</c>: a request to an instrument on a serial line (HJ 212-2017 section 6.6.1), and what came of it.</summary>
sealed class Hj212Commands(GatewayData data, IHj212Requests? requests)
{
    /// <summary>What can be asked for.</summary>
    public static IReadOnlyList<string> Words { get; } =
        ["get-time", "set-time", "get-realtime-interval", "set-realtime-interval", "get-minute-interval", "set-minute-interval", "set-timeout"];

    /// <exception cref="GatewayException">It can't be asked at all; what the instrument says is an answer.</exception>
    public async Task<JsonNode> AskAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var id = arguments.RequiredText("id");
        var word = arguments.RequiredText("request");
        var request = Read(word, arguments);
        if (data.Devices.Find(id) is null) throw Failure.Of("device.none", DisplayText.Of(id));
        if (requests is null) throw Failure.Of("hj212.stopped");
        if (data.Directory.Current.Find(id) is not { Line: not null, Mn: not null, Profile.Wire: WireKind.Serial } device) throw Failure.Of("hj212.no-line", id);

        var answer = await requests.AskAsync(device, request, new Asker(actor.Account, actor.Authentication), cancellationToken);
        return new JsonObject
        {
            ["device"] = id,
            ["request"] = word,
            ["command"] = request.Command,
            ["state"] = StateOf(answer.State),
            ["qn"] = answer.Number,
            ["attempts"] = answer.Attempts,
            ["qnRtn"] = Shown(answer.RequestReturn),
            ["exeRtn"] = Shown(answer.ExecutionReturn),
            ["values"] = new JsonArray([.. answer.Values.Select(value => (JsonNode)new JsonObject
            {
                ["name"] = DisplayText.Of(value.Name),
                ["value"] = DisplayText.Of(value.Masked().Value),
            })]),
            ["entries"] = new JsonArray([.. answer.Entries.Select(index => (JsonNode)index)]),
        };
    }

    static Hj212Request Read(string word, JsonObject arguments) => word switch
    {
        "get-time" => Hj212Request.GetTime,
        "set-time" => Hj212Request.SetTime,
        "get-realtime-interval" => Hj212Request.GetRealtimeInterval,
        "set-realtime-interval" => Hj212Request.SetRealtimeInterval(Number(arguments, "interval", Hj212Request.MinimumRealtimeSeconds, Hj212Request.MaximumRealtimeSeconds)),
        "get-minute-interval" => Hj212Request.GetMinuteInterval,
        "set-minute-interval" => Hj212Request.SetMinuteInterval(Minutes(arguments)),
        "set-timeout" => Hj212Request.SetTimeout(Number(arguments, "timeout", 1, Hj212Request.MaximumWait), Number(arguments, "resends", 1, Hj212Request.MaximumWait)),
        _ => throw CommandArguments.WrongWord("request", word, [.. Words]),
    };

    static int Number(JsonObject arguments, string name, int least, int most) =>
        arguments.RequiredNumber(name) is var number && number >= least && number <= most
            ? (int)number
            : throw Failure.Usage("usage.value", $"--{name}", number, Said.Of("usage.whole", least, most));

    static int Minutes(JsonObject arguments) =>
        arguments.RequiredNumber("interval") is var number && Hj212Request.Minutes.Any(minutes => minutes == number)
            ? (int)number
            : throw Failure.Usage("usage.value", "--interval", number, Said.Of("usage.words", string.Join(", ", Hj212Request.Minutes)));

    static string? Shown(string? code) => code is null ? null : DisplayText.Of(code);

    static string StateOf(Hj212RequestState state) => state switch
    {
        Hj212RequestState.Done => "done",
        Hj212RequestState.Refused => "refused",
        Hj212RequestState.Failed => "failed",
        Hj212RequestState.NoResult => "no-result",
        Hj212RequestState.NoAnswer => "no-answer",
        Hj212RequestState.NotHeard => "not-heard",
        Hj212RequestState.LineClosed => "line-closed",
        Hj212RequestState.NotSealed => "not-sealed",
        _ => "clock-not-trusted",
    };
}
