using System.Globalization;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Profiles;
using EdgeGateway.Texts;

namespace EdgeGateway.Registry;

/// <summary>Where a device is: what its wire needs to find it, and nothing else.</summary>
/// <param name="Line">The serial line.</param>
/// <param name="Mn">The HJ 212 device number in its frames.</param>
/// <param name="Unit">The Modbus address.</param>
/// <param name="Broker">The site's own broker that it sends to; null for the gateway itself.</param>
/// <param name="Folder">The folder that a docking station writes to.</param>
/// <param name="Stream">A camera's stream.</param>
sealed record DevicePlace(string? Line = null, string? Mn = null, long? Unit = null, string? Broker = null, string? Folder = null, string? Stream = null)
{
    /// <summary>Registry values that say where a device is.</summary>
    public static readonly IReadOnlyList<string> Keys = ["line", "mn", "unit", "broker", "folder", "stream"];

    const int MaximumPathCharacters = 255;
    const int MaximumUnit = 247;

    public IEnumerable<KeyValuePair<string, string>> Values
    {
        get
        {
            if (Line is not null) yield return new("line", Line);
            if (Mn is not null) yield return new("mn", Mn);
            if (Unit is { } unit) yield return new("unit", unit.ToString(CultureInfo.InvariantCulture));
            if (Broker is not null) yield return new("broker", Broker);
            if (Folder is not null) yield return new("folder", Folder);
            if (Stream is not null) yield return new("stream", Stream);
        }
    }

    /// <exception cref="GatewayException">The profile's wire needs something else; says what.</exception>
    public void Check(DeviceProfile profile)
    {
        if (profile.Wire == WireKind.Serial) CheckLine(profile);
        else if (Line is not null || Mn is not null || Unit is not null) throw Failure.Usage("device.no-line", profile.Id);

        CheckFolder(profile);
        CheckStream(profile);
        if (Broker is not { } broker) return;
        if (profile.Wire != WireKind.Mqtt) throw Failure.Usage("device.no-broker", profile.Id);
        if (!DeviceId.TryParse(broker, out _)) throw Failure.Usage("usage.value", "--broker", DisplayText.Of(broker), Said.Of("usage.id", DeviceId.MaximumLength));
    }

    /// <summary>Devices of one line must be told apart, by the MN in their frames or by the address that they answer to.</summary>
    /// <exception cref="GatewayException">They could not be; says by which device.</exception>
    public void CheckNeighbours(DeviceProfile profile, DeviceSnapshot devices)
    {
        if (Folder is not null && devices.All.FirstOrDefault(device => device.Folder is { } taken && IsWithin(Folder, taken)) is { } dock) throw Failure.Of("device.folder-taken", DisplayText.Of(Folder), dock.Id);
        if (profile.Wire == WireKind.Contact && devices.All.FirstOrDefault(device => device.Profile.Id == profile.Id) is { } contact) throw Failure.Of("device.contact-taken", profile.Id, contact.Id);
        if (Line is not { } line) return;
        if (Mn is { } mn && devices.FindByMn(line, mn) is { } same) throw Failure.Of("device.mn-taken", DisplayText.Of(mn), DisplayText.Of(line), same.Id);
        foreach (var neighbour in devices.OnLine(line))
        {
            if (Unit is { } unit && neighbour.Unit == unit) throw Failure.Of("device.unit-taken", unit, DisplayText.Of(line), neighbour.Id);
            if (IsNameless(profile)) throw Failure.Of("device.line-taken", DisplayText.Of(line), neighbour.Id, profile.Id);
            if (IsNameless(neighbour.Profile)) throw Failure.Of("device.line-taken", DisplayText.Of(line), neighbour.Id, neighbour.Profile.Id);
            if (profile.Framing.GetType() != neighbour.Profile.Framing.GetType()) throw Failure.Of("device.line-other", DisplayText.Of(line), neighbour.Id, neighbour.Profile.Id, profile.Id);
        }
    }

    static bool IsNameless(DeviceProfile profile) => profile.Framing is not (Hj212Framing or ModbusRtuFraming);

    void CheckLine(DeviceProfile profile)
    {
        if (Line is not { } line) throw Failure.Usage("device.needs-line", profile.Id);
        if (profile.Framing is Hj212Framing != Mn is not null) throw Failure.Usage(Mn is null ? "device.needs-mn" : "device.no-mn", profile.Id);
        if (profile.Framing is ModbusRtuFraming != Unit is not null) throw Failure.Usage(Unit is null ? "device.needs-unit" : "device.no-unit", profile.Id);
        if (!IsPath(line)) throw Failure.Usage("usage.value", "--line", DisplayText.Of(line), Said.Of("usage.line"));

        if (Mn is { } mn && (mn.Length is 0 or > 24 || !mn.All(char.IsAsciiLetterOrDigit)))
        {
            throw Failure.Usage("usage.value", "--mn", DisplayText.Of(mn), Said.Of("usage.mn"));
        }

        if (Unit is < 1 or > MaximumUnit) throw Failure.Usage("usage.value", "--unit", Unit, Said.Of("usage.whole", 1, MaximumUnit));
    }

    void CheckFolder(DeviceProfile profile)
    {
        if (profile.Wire != WireKind.Dock && Folder is not null) throw Failure.Usage("device.no-folder", profile.Id);
        if (profile.Wire == WireKind.Dock && Folder is null) throw Failure.Usage("device.needs-folder", profile.Id);
        if (Folder is { } folder && !IsPath(folder)) throw Failure.Usage("usage.value", "--folder", DisplayText.Of(folder), Said.Of("usage.folder"));
    }

    void CheckStream(DeviceProfile profile)
    {
        if (profile.Wire != WireKind.Video && Stream is not null) throw Failure.Usage("device.no-stream", profile.Id);
        if (profile.Wire == WireKind.Video && Stream is null) throw Failure.Usage("device.needs-stream", profile.Id);

        // A password in an address would stand in the ledger for ever.
        if (Stream is { } stream && !(stream.Length <= MaximumPathCharacters && DisplayText.Of(stream, MaximumPathCharacters) == stream
            && Uri.TryCreate(stream, UriKind.Absolute, out var uri) && uri is { Scheme: "rtsp", UserInfo: "", Fragment: "", Host.Length: > 0 }))
        {
            throw Failure.Usage("usage.value", "--stream", "…", Said.Of("usage.stream"));
        }
    }

    static bool IsPath(string path) => Path.IsPathFullyQualified(path) && path.Length <= MaximumPathCharacters && DisplayText.Of(path, MaximumPathCharacters) == path;

    /// <summary>Whether one folder is the other or lies in it: its files would be two devices'.</summary>
    static bool IsWithin(string one, string other)
    {
        var (first, second) = (Whole(one), Whole(other));
        return first.StartsWith(second, StringComparison.Ordinal) || second.StartsWith(first, StringComparison.Ordinal);

        static string Whole(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) + "/";
    }
}
