using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Capture;

/// <summary>One frame, message or piece of noise of a capture.</summary>
sealed record ReplayedPiece
{
    /// <summary>Byte offset on a line; line number of an MQTT capture, from 1.</summary>
    public required long At { get; init; }

    public required int Bytes { get; init; }

    public required ReplayVerdict Verdict { get; init; }

    /// <summary>Null where no rule of the profile is for it.</summary>
    public MessageRule? Rule { get; init; }

    public Interpretation Interpretation { get; init; } = Interpretation.None;

    /// <summary>The frame or noise as text, its passwords masked; or the topic. As a device wrote it.</summary>
    public string Text { get; init; } = "";

    /// <summary>Of a frame, in its order, passwords masked.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values { get; init; } = [];

    public ReplayedPiece Under(MessageRule rule, Interpretation interpretation) => this with
    {
        Rule = rule,
        Interpretation = interpretation,
        Verdict = Bytes > rule.MaximumBytes ? ReplayVerdict.Oversized
            : interpretation.Verdict == ParseVerdict.Failed ? ReplayVerdict.Unreadable
            : ReplayVerdict.Understood,
    };
}

enum ReplayVerdict
{
    /// <summary>Under a rule, with what the rule reads.</summary>
    Understood,

    /// <summary>Under a rule, and not what the rule says of it; it would be sealed all the same.</summary>
    Unreadable,

    /// <summary>Larger than its rule allows: refused.</summary>
    Oversized,

    /// <summary>No message of this profile: refused.</summary>
    NoRule,

    /// <summary>A frame whose data can't be read.</summary>
    Malformed,

    WrongCrc,

    /// <summary>Bytes that are no part of a frame.</summary>
    Noise,
}
