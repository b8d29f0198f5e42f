using EdgeGateway.Devices;
using EdgeGateway.Profiles;

namespace EdgeGateway.Tests.Support;

/// <summary>A registry in memory, and analysers to put into it.</summary>
sealed class SerialTestDirectory(params Device[] devices) : IDeviceDirectory
{
    public const string Line = "/dev/test-line";
    public const string Mn = "010000A8900016F000169DC0";

    public event Action? Changed;

    public DeviceSnapshot Current { get; private set; } = new(devices);

    public void Replace(params Device[] devices)
    {
        Current = new(devices);
        Changed?.Invoke();
    }

    public static Device Analyser(string id = "analyser-1", string mn = Mn, string line = Line, DeviceProfile? profile = null) => new()
    {
        Id = DeviceId.Parse(id),
        Profile = profile ?? Profile(),
        Line = line,
        Mn = mn,
        RegistryIndex = 1,
        RegistryLeaf = default,
    };

    public static DeviceProfile Profile(params MessageRule[] messages) => new()
    {
        Id = "hj212-test",
        Revision = 1,
        Sha256 = default,
        Title = new Dictionary<string, string> { ["en"] = "Analyser" },
        Wire = WireKind.Serial,
        Messages = messages.Length > 0 ? messages : [Rule("any")],
        Line = new SerialLineSettings(9600, 8, SerialParity.None, 1),
        // Longer than any test lets pass on its way to something else.
        Silence = TimeSpan.FromDays(30),
    };

    public static MessageRule Rule(string name, MessageClass @class = MessageClass.Evidence, params string[] commands) => new()
    {
        Name = name,
        Class = @class,
        Format = PayloadFormat.Hj212,
        Commands = commands,
        MaximumBytes = 1036,
        CapturedAt = new TimeRule("DataTime", "yyyyMMddHHmmss", TimeSpan.FromHours(8)),
        RepeatWindow = TimeSpan.FromDays(7),
    };
}
