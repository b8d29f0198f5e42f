using System.Text;
using System.Text.RegularExpressions;
using EdgeGateway.Evidence;

namespace EdgeGateway.Video;

/// <summary>
/// The newest of what ffmpeg said, fit for a log: without secrets, and without the numbers that are others each time, so that what lasts is known as the same. Safe for
/// several threads.
/// </summary>
/// <param name="secrets">What must not stand in a log, the longer before what it holds.</param>
sealed partial class StreamWords(IReadOnlyList<string> secrets)
{
    const int MaximumKept = 2000;
    const int MaximumShown = 300;

    readonly StringBuilder _kept = new();
    readonly Lock _lock = new();
    bool _isCut;

    public void Add(ReadOnlySpan<char> said)
    {
        lock (_lock)
        {
            _kept.Append(said);
            if (_kept.Length <= MaximumKept) return;

            // The newest: what ended it stands last.
            _kept.Remove(0, _kept.Length - MaximumKept);
            _isCut = true;
        }
    }

    public override string ToString()
    {
        string said;
        lock (_lock) said = _kept.ToString();

        // A line that was cut may begin within a password, of which the rest would not be known as one.
        if (_isCut) said = said.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? said[(end + 1)..] : "";
        said = secrets.Aggregate(said, (text, secret) => text.Replace(secret, "***", StringComparison.Ordinal));
        return DisplayText.Of(string.Join("; ", Pointer().Replace(said, "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)), MaximumShown);
    }

    /// <summary>As in <c>[concat @ 0x55e0f3c6aac0]</c>.</summary>
    [GeneratedRegex(" @ 0x[0-9a-f]+")]
    private static partial Regex Pointer();
}
