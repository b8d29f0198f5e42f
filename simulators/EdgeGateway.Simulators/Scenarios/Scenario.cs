using EdgeGateway.Simulators.Mqtt;

namespace EdgeGateway.Simulators.Scenarios;

/// <summary>What a scenario's file says. Together with the seed it fixes every byte that is sent.</summary>
sealed record Scenario
{
    /// <summary>Of all fleets together; a gateway takes no more.</summary>
    public const int MaximumDevices = 2000;

    public required string Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>The first instant of the clock that payloads carry.</summary>
    public required DateTimeOffset Start { get; init; }

    public required long Seed { get; init; }

    public required IReadOnlyList<Fleet> Fleets { get; init; }

    /// <summary>Of all fleets together.</summary>
    public int Devices => Fleets.Sum(fleet => fleet.Head.Count);
}

/// <summary>What every fleet has: several devices of one kind, <c>name-1</c> to <c>name-count</c>.</summary>
/// <param name="Profile">The gateway's profile to register them with.</param>
/// <param name="Messages">How many messages each device sends before it falls silent; null for no end.</param>
sealed record FleetHead(string Name, int Count, string Profile, long? Messages, IReadOnlyList<FaultRule> Faults)
{
    /// <summary>Whether the gateway is to refuse what they send, or their sign-in: then a refusal is no fault of the run.</summary>
    public bool ExpectsRefusal { get; init; }
}

/// <summary>How a fleet's devices use MQTT.</summary>
/// <param name="Qos">Of evidence; telemetry is sent with QoS 0 where this is 0, else with QoS 1.</param>
/// <param name="Window">Unacknowledged messages at most.</param>
/// <param name="ReconnectFirst">The wait after a lost connection; doubles up to <paramref name="ReconnectMaximum"/>.</param>
sealed record MqttSettings(
    MqttVersion Version, byte Qos, int Window, TimeSpan KeepAlive, TimeSpan ReconnectFirst, TimeSpan ReconnectMaximum);

/// <summary>Clips that devices send in chunks.</summary>
/// <param name="Every">Zero for none.</param>
/// <param name="Bytes">At least so large; the footage itself may be larger.</param>
/// <param name="ChunkBytes">Of each chunk but the last.</param>
sealed record ClipSettings(TimeSpan Every, int Bytes, int ChunkBytes);

abstract record Fleet(FleetHead Head)
{
    public IEnumerable<string> DeviceIds => Enumerable.Range(1, Head.Count).Select(number => $"{Head.Name}-{number}");
}

abstract record MqttFleet(FleetHead Head, MqttSettings Mqtt) : Fleet(Head);

/// <summary>A dock that body-worn recorders are put into: status telemetry, an event for each recording taken over, and clips.</summary>
sealed record RecorderDockFleet(FleetHead Head, MqttSettings Mqtt) : MqttFleet(Head, Mqtt)
{
    public required TimeSpan StatusEvery { get; init; }

    public required TimeSpan EventEvery { get; init; }

    public required ClipSettings Clips { get; init; }
}

/// <summary>A capture camera: status telemetry, JPEG pictures, JSON alarms and clips.</summary>
sealed record CameraFleet(FleetHead Head, MqttSettings Mqtt) : MqttFleet(Head, Mqtt)
{
    public required TimeSpan StatusEvery { get; init; }

    public required TimeSpan SnapshotEvery { get; init; }

    public required TimeSpan AlarmEvery { get; init; }

    public required ClipSettings Clips { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }
}

/// <summary>Publishes JSON events as fast as they are acknowledged, or at a rate: for load, and for killing what takes it.</summary>
sealed record PublisherFleet(FleetHead Head, MqttSettings Mqtt) : MqttFleet(Head, Mqtt)
{
    public required int PayloadBytes { get; init; }

    /// <summary>Messages per second of each device; 0 is as fast as its window allows.</summary>
    public required int Rate { get; init; }
}

/// <summary>Breaks rules on purpose, one at each interval, with honest events between.</summary>
sealed record LiarFleet(FleetHead Head, MqttSettings Mqtt) : MqttFleet(Head, Mqtt)
{
    public required TimeSpan Every { get; init; }
}

abstract record SerialFleet(FleetHead Head) : Fleet(Head)
{
    /// <summary>Name of the line; the path behind it is given at the start.</summary>
    public required string Line { get; init; }

    /// <summary>HJ 212 device number of a device, counted from 1; null where its frames carry none.</summary>
    public virtual string? MnOf(int number) => null;
}

/// <summary>A GNSS receiver that writes NMEA 0183, alone on its serial line.</summary>
sealed record ReceiverFleet(FleetHead Head) : SerialFleet(Head)
{
    public required TimeSpan Every { get; init; }
}

/// <summary>An HJ 212-2017 analyser on a serial line.</summary>
sealed record AnalyserFleet(FleetHead Head) : SerialFleet(Head)
{
    /// <summary>Device number of the first; the others count on in its last four hexadecimal digits.</summary>
    public required string Mn { get; init; }

    /// <summary>System code, e.g. 32 for waste water.</summary>
    public required string St { get; init; }

    public required TimeSpan RealtimeEvery { get; init; }

    public required TimeSpan MinuteEvery { get; init; }

    /// <summary>Whether it asks for the time (1013) before it sends anything.</summary>
    public bool AsksTime { get; init; }

    /// <summary>How many minute data of the day before it sends first, as an instrument does that was cut off.</summary>
    public int Backfill { get; init; }

    /// <summary>Into how many packets minute data are cut (PNUM, PNO); 1 for none.</summary>
    public int Packets { get; init; } = 1;

    /// <summary>How long to wait for the 9014.</summary>
    public required TimeSpan AnswerTimeout { get; init; }

    /// <summary>How often to send once more without an answer; the standard says 3.</summary>
    public required int Resends { get; init; }

    public override string MnOf(int number)
    {
        var tail = Convert.ToInt32(Mn[^4..], 16) + number - 1;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Mn[..^4]}{tail & 0xFFFF:X4}");
    }
}
