using System.Globalization;
using System.Text;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// What the gateway can ask of an instrument (HJ 212-2017 table 5): its command and what stands in CP. Immutable.
/// </summary>
public sealed record Hj212Request
{
    public const int MinimumRealtimeSeconds = 30;
    public const int MaximumRealtimeSeconds = 3600;

    /// <summary>Of the time-out in seconds and of the number of resends.</summary>
    public const int MaximumWait = 99;

    static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    Hj212Request(string command) => Command = command;

    public static readonly Hj212Request GetTime = new("1011");
    public static readonly Hj212Request SetTime = new("1012") { SetsTime = true };
    public static readonly Hj212Request GetRealtimeInterval = new("1061");
    public static readonly Hj212Request GetMinuteInterval = new("1063");

    /// <summary>What <c>MinInterval</c> may be.</summary>
    public static IReadOnlyList<int> Minutes { get; } = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];

    /// <summary>CN.</summary>
    public string Command { get; }

    /// <summary>Whether the gateway's time at the moment of sending goes with it: each resend has its own.</summary>
    public bool SetsTime { get; private init; }

    IReadOnlyList<Hj212Value> Parameters { get; init; } = [];

    /// <summary>1062, <c>RtdInterval</c> in seconds.</summary>
    public static Hj212Request SetRealtimeInterval(int seconds) =>
        seconds is >= MinimumRealtimeSeconds and <= MaximumRealtimeSeconds
            ? new("1062") { Parameters = [Number("RtdInterval", seconds)] }
            : throw new ArgumentOutOfRangeException(nameof(seconds), seconds, $"{MinimumRealtimeSeconds} to {MaximumRealtimeSeconds} s.");

    /// <summary>1064, <c>MinInterval</c> in minutes, one of <see cref="Minutes"/>.</summary>
    public static Hj212Request SetMinuteInterval(int minutes) =>
        Minutes.Contains(minutes)
            ? new("1064") { Parameters = [Number("MinInterval", minutes)] }
            : throw new ArgumentOutOfRangeException(nameof(minutes), minutes, "No such interval.");

    /// <summary>1000, <c>OverTime</c> in seconds and <c>ReCount</c>.</summary>
    public static Hj212Request SetTimeout(int seconds, int resends) =>
        seconds is >= 1 and <= MaximumWait && resends is >= 1 and <= MaximumWait
            ? new("1000") { Parameters = [Number("OverTime", seconds), Number("ReCount", resends)] }
            : throw new ArgumentOutOfRangeException(nameof(seconds), seconds, $"Both are 1 to {MaximumWait}.");

    /// <summary>The same for one instrument behind a data logger (<c>PolId</c>).</summary>
    public Hj212Request For(string instrument) => this with { Parameters = [new("PolId", instrument), .. Parameters] };

    /// <summary>The frame. It holds the instrument's password: never log it.</summary>
    internal byte[] Encode(string number, string device, Hj212Peer peer, DateTimeOffset now)
    {
        var fields = Parameters.Select(field => $"{field.Name}={field.Value}");
        if (SetsTime) fields = fields.Append($"SystemTime={now.ToOffset(Beijing).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}");
        var password = peer.Password is null ? "" : $"PW={peer.Password};";
        var data = $"QN={number};ST={peer.SystemType};CN={Command};{password}MN={device};Flag={peer.VersionBits | 1};CP=&&{string.Join(';', fields)}&&";
        return Hj212Frame.Encode(Encoding.UTF8.GetBytes(data));
    }

    /// <summary>QN: the moment in Beijing time, to the millisecond (section 6.3.2).</summary>
    internal static string NumberAt(DateTimeOffset moment) => moment.ToOffset(Beijing).ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);

    static Hj212Value Number(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture));
}
