using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Verification;

/// <summary>How far the chain of one subject was followed.</summary>
sealed class SubjectChain(string subject)
{
    public string Subject => subject;

    /// <summary>Its newest number; 0 before its first entry.</summary>
    public long Sequence { get; private set; }

    /// <summary>Of its newest entry; null before its first.</summary>
    public Hash? LeafHash { get; private set; }

    /// <summary>One thread at a time.</summary>
    public void Advance(long sequence, in Hash leafHash) => (Sequence, LeafHash) = (sequence, leafHash);
}

/// <summary>The chains of all subjects there are, found by a subject's bytes. Safe for any number of threads.</summary>
sealed class SubjectChains
{
    readonly ConcurrentDictionary<string, SubjectChain> _chains = new(StringComparer.Ordinal);

    public SubjectChain Of(ReadOnlySpan<byte> subject)
    {
        Span<char> text = subject.Length <= Subjects.MaximumLength ? stackalloc char[Subjects.MaximumLength] : new char[subject.Length];
        text = text[..Encoding.ASCII.GetChars(subject, text)];
        if (_chains.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var chain)) return chain;
        var name = text.ToString();
        return _chains.GetOrAdd(name, new SubjectChain(name));
    }
}
