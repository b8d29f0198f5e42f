namespace EdgeGateway.Profiles;

/// <summary>Reads what a profile says of its wire as a whole, where that is no serial line.</summary>
static class WireRuleReader
{
    const int MaximumChip = 255;

    /// <returns>Null on another wire, and where something is wrong.</returns>
    public static DockRule? ReadDock(ProfileSection profile, WireKind? wire)
    {
        if (!Has(profile, "dock", wire, WireKind.Dock)) return wire == WireKind.Dock ? new DockRule(TimeSpan.FromSeconds(10)) : null;
        if (profile.Section("dock", "'dock'", ProfileKeys.Dock) is not { } section) return null;
        var settle = section.Duration("settle", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        return settle is null ? null : new DockRule(settle.Value);
    }

    /// <inheritdoc cref="ReadDock"/>
    public static VideoRule? ReadVideo(ProfileSection profile, WireKind? wire)
    {
        if (!Has(profile, "video", wire, WireKind.Video)) return wire == WireKind.Video ? new VideoRule(TimeSpan.FromSeconds(10)) : null;
        if (profile.Section("video", "'video'", ProfileKeys.Video) is not { } section) return null;
        var segment = section.Duration("segment", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        return segment is null ? null : new VideoRule(segment.Value);
    }

    /// <inheritdoc cref="ReadDock"/>
    public static int? ReadChip(ProfileSection profile, WireKind? wire)
    {
        if (!Has(profile, "contact", wire, WireKind.Contact)) return wire == WireKind.Contact ? 0 : null;
        return profile.Section("contact", "'contact'", ProfileKeys.Contact)?.Integer("chip", 0, MaximumChip);
    }

    /// <summary>A dock is listed and a stream is cut: each is one message, which has to be there.</summary>
    public static void CheckMessages(ProfileSection profile, WireKind? wire, IReadOnlyList<MessageRule> messages)
    {
        var needed = wire switch { WireKind.Dock => PayloadFormat.Listing, WireKind.Video => PayloadFormat.Segment, _ => (PayloadFormat?)null };
        if (needed is { } format && messages.Count(message => message.Format == format) != 1)
        {
            profile.Refuse("messages", $"wire {wire!.Value.Word()} needs one message of format {format.ToString().ToLowerInvariant()}");
        }
    }

    static bool Has(ProfileSection profile, string key, WireKind? wire, WireKind only)
    {
        if (wire is not null && wire != only) profile.RefuseIfPresent(key, $"on wire {wire.Value.Word()}");
        return wire == only && profile.Has(key);
    }
}
