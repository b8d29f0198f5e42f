using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Mqtt;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EdgeGateway.Simulators.Scenarios;

/// <summary>Reads a scenario's YAML, strictly: whatever is unknown, missing or out of range is reported with its place.</summary>
static class ScenarioReader
{
    const int MaximumCharacters = 256 * 1024;
    const string IdForm = "lower-case letters, digits and hyphens, at most 50";

    static readonly FaultKind[] OnMqtt =
    [
        FaultKind.HalfFrame, FaultKind.DuplicateStorm, FaultKind.LostConnection, FaultKind.Reconnect, FaultKind.ClockStep, FaultKind.Replay,
        FaultKind.Decommissioned,
    ];

    static readonly FaultKind[] WithClips = [.. OnMqtt, FaultKind.FullDisk];
    static readonly FaultKind[] OnSerial =
        [FaultKind.BitFlip, FaultKind.HalfFrame, FaultKind.DuplicateStorm, FaultKind.Unplug, FaultKind.ClockStep, FaultKind.Replay];

    static readonly FaultKind[] OnReceivers = [FaultKind.BitFlip, FaultKind.HalfFrame, FaultKind.DuplicateStorm, FaultKind.Unplug, FaultKind.ClockStep];

    /// <returns>The scenario, or null with at least one problem.</returns>
    public static Scenario? Read(string text, out IReadOnlyList<ScenarioProblem> problems)
    {
        var found = new List<ScenarioProblem>();
        problems = found;
        if (text.Length > MaximumCharacters)
        {
            found.Add(new ScenarioProblem(1, 1, $"the file is larger than {MaximumCharacters} characters"));
            return null;
        }

        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException exception)
        {
            found.Add(new ScenarioProblem(exception.Start.Line, exception.Start.Column, exception.Message));
            return null;
        }

        catch (InvalidOperationException)
        {
            // YamlDotNet 16.3.0 throws this, without a place, for some text that is no YAML.
            found.Add(new ScenarioProblem(1, 1, "the file is not YAML"));
            return null;
        }

        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }])
        {
            found.Add(new ScenarioProblem(1, 1, "the file is not one YAML mapping with the keys scenario and fleets"));
            return null;
        }

        var scenario = ReadScenario(new StrictMap(root, "the scenario", found));
        if (found.Count == 0) return scenario;
        found.Sort((a, b) => (a.Line, a.Column).CompareTo((b.Line, b.Column)));
        return null;
    }

    static Scenario ReadScenario(StrictMap map)
    {
        var scenario = new Scenario
        {
            Name = map.Text("scenario", null, IsId, IdForm),
            Description = map.Text("description", "", _ => true, "text"),
            Start = map.Instant("start", "2026-01-05T00:00:00Z"),
            Seed = map.Integer("seed", "1", 0, long.MaxValue),
            Fleets = [.. map.Maps("fleets", "fleet", required: true).Select(ReadFleet).OfType<Fleet>()],
        };
        foreach (var twice in scenario.Fleets.GroupBy(fleet => fleet.Head.Name).Where(group => group.Count() > 1))
        {
            map.Report(map.Start, $"{twice.Count()} fleets are named '{twice.Key}': their devices would share ids");
        }

        if (scenario.Devices > Scenario.MaximumDevices)
        {
            map.Report(map.Start, $"the fleets have {scenario.Devices} devices together: lower 'count', at most {Scenario.MaximumDevices} may play");
        }

        foreach (var line in scenario.Fleets.OfType<SerialFleet>().GroupBy(fleet => fleet.Line).Where(line => line.Count() > 1 && line.Any(fleet => fleet is ReceiverFleet)))
        {
            map.Report(map.Start, $"a receiver is on line '{line.Key}' and not alone: give it a line of its own");
        }

        map.End();
        return scenario;
    }

    /// <returns>Null where the kind is unknown: its keys can't be judged then.</returns>
    static Fleet? ReadFleet(StrictMap map)
    {
        var read = map.Choice<Func<StrictMap, Fleet>>("kind", null,
            ("recorder-dock", ReadRecorderDock), ("camera", ReadCamera), ("publisher", ReadPublisher), ("liar", ReadLiar),
            ("hj212", ReadAnalyser), ("gnss", ReadReceiver));
        if (read is null) return null;
        var fleet = read(map);
        map.End();
        return fleet;
    }

    static RecorderDockFleet ReadRecorderDock(StrictMap map) => new(ReadHead(map, WithClips), ReadMqtt(map))
    {
        StatusEvery = map.Duration("status", "10s"),
        EventEvery = map.Duration("event", "30s"),
        Clips = ReadClips(map),
    };

    static CameraFleet ReadCamera(StrictMap map) => new(ReadHead(map, WithClips), ReadMqtt(map))
    {
        StatusEvery = map.Duration("status", "10s"),
        SnapshotEvery = map.Duration("snapshot", "15s"),
        AlarmEvery = map.Duration("alarm", "45s"),
        Clips = ReadClips(map),
        Width = (int)map.Integer("width", "1280", 64, 3840),
        Height = (int)map.Integer("height", "720", 64, 2160),
    };

    static ClipSettings ReadClips(StrictMap map) => new(
        map.Duration("clip", "0s", "0s"),
        (int)map.Integer("clipBytes", "1048576", 1, 256 * 1024 * 1024),
        (int)map.Integer("chunkBytes", "65536", 16 * 1024, 1024 * 1024));

    static PublisherFleet ReadPublisher(StrictMap map)
    {
        var fleet = new PublisherFleet(ReadHead(map, OnMqtt), ReadMqtt(map))
        {
            PayloadBytes = (int)map.Integer("bytes", "1024", 256, 256 * 1024),
            Rate = (int)map.Integer("rate", "0", 0, 100_000),
        };
        if (fleet is { Rate: 0, Mqtt.Qos: 0 }) map.Report(map.Start, "a publisher with qos 0 needs a rate: no acknowledgement slows it down");
        return fleet;
    }

    static LiarFleet ReadLiar(StrictMap map)
    {
        var head = ReadHead(map, OnMqtt);
        return new LiarFleet(head with { ExpectsRefusal = true }, ReadMqtt(map)) { Every = map.Duration("every", "1s") };
    }

    static ReceiverFleet ReadReceiver(StrictMap map)
    {
        var fleet = new ReceiverFleet(ReadHead(map, OnReceivers)) { Line = map.Text("line", null, IsId, IdForm), Every = map.Duration("every", "1s", "100ms") };
        if (fleet.Head.Count > 1) map.Report(map.Start, "a receiver is alone on its line: leave 'count' out, and give each a fleet and a line of its own");
        return fleet;
    }

    static AnalyserFleet ReadAnalyser(StrictMap map) => new(ReadHead(map, OnSerial))
    {
        Line = map.Text("line", null, IsId, IdForm),
        Mn = map.Text("mn", null, IsMn, "14 to 24 letters and digits, the last four hexadecimal"),
        St = map.Text("st", "32", text => text.Length == 2 && text.All(char.IsAsciiDigit), "two digits"),
        RealtimeEvery = map.Duration("realtime", "5s", "100ms"),
        MinuteEvery = map.Duration("minute", "60s", "100ms"),
        AsksTime = map.Choice("asksTime", "no", ("no", false), ("yes", true)),
        Backfill = (int)map.Integer("backfill", "0", 0, 1440),
        Packets = map.Choice("packets", "1", ("1", 1), ("2", 2), ("4", 4)),
        AnswerTimeout = map.Duration("answer", "10s", "50ms"),
        Resends = (int)map.Integer("resends", "3", 0, 99),
    };

    static FleetHead ReadHead(StrictMap map, FaultKind[] possible) => new(
        map.Text("name", null, IsId, IdForm),
        (int)map.Integer("count", "1", 1, Scenario.MaximumDevices),
        map.Text("profile", null, IsId, IdForm),
        map.Integer("messages", "0", 0, long.MaxValue) is > 0 and var messages ? messages : null,
        [.. map.Maps("faults", "fault", required: false).Select(fault => ReadFault(fault, possible)).OfType<FaultRule>()])
    {
        ExpectsRefusal = map.Choice("expects", "acceptance", ("acceptance", false), ("refusal", true)),
    };

    static MqttSettings ReadMqtt(StrictMap map) => new(
        map.Choice("mqtt", "5", ("5", MqttVersion.V5), ("3.1.1", MqttVersion.V311)),
        (byte)map.Integer("qos", "1", 0, 2),
        (int)map.Integer("window", "10", 1, 1000),
        map.Duration("keepAlive", "30s", "2s"),
        map.Duration("reconnectFirst", "200ms"),
        map.Duration("reconnectMaximum", "5s"));

    static FaultRule? ReadFault(StrictMap map, FaultKind[] possible)
    {
        var words = possible.Select(kind => (Word(kind), (FaultKind?)kind)).ToArray();
        if (map.Choice("kind", null, words) is not { } kind) return null;
        var rule = new FaultRule(
            kind,
            map.Fraction("chance", "0"),
            map.Durations("at"),
            kind == FaultKind.DuplicateStorm ? (int)map.Integer("copies", "10", 1, 1000) : 0,
            kind is FaultKind.LostConnection or FaultKind.Reconnect or FaultKind.Unplug ? map.Duration("pause", "0s", "0s") : default)
        {
            Step = kind == FaultKind.ClockStep ? map.Step("by") : default,
        };
        if (rule is { Chance: 0, At.Count: 0 }) map.Report(map.Start, $"the fault {Word(kind)} never happens: give it a chance or times in 'at'");
        map.End();
        return rule;
    }

    static string Word(FaultKind kind) => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..];

    // A device id ends in a hyphen and its number, and has at most 64 characters.
    static bool IsId(string text) =>
        text.Length is > 0 and <= 50 && text[0] != '-' && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    static bool IsMn(string text) =>
        text.Length is >= 14 and <= 24 && text.All(char.IsAsciiLetterOrDigit) && text[^4..].All(char.IsAsciiHexDigit);
}
