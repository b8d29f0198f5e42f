namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// How an instrument writes its own frames, and so how it is written to. The gateway keeps no password of an instrument
/// (its own secrets are digests): it takes the one of the last frame, holds it in memory, and never shows or logs it.
/// </summary>
/// <param name="VersionBits">The edition in Flag: 0 for 2005, 4 for 2017.</param>
sealed record Hj212Peer(string SystemType, string? Password, int VersionBits)
{
    const string Answers = "91";
    const int Edition = 0xFC;

    /// <summary>Null for an answer: its ST is not the instrument's own.</summary>
    public static Hj212Peer? Of(Hj212Frame frame) =>
        frame.SystemType is { } type && type != Answers ? new(type, frame.Password, (frame.Flag ?? 0) & Edition) : null;

    /// <summary>Without the password.</summary>
    public override string ToString() => $"ST={SystemType}";
}
