using EdgeGateway.Texts;

namespace EdgeGateway.Retention;

/// <summary>Why an item is not erased. The code is what is sealed; the sentence is for whoever asked, in his language.</summary>
/// <param name="Code">A text <c>erase.CODE</c>, and a word <c>reason=CODE</c>.</param>
/// <param name="Values">What the sentence names.</param>
sealed record ErasureRefusal(string Code, params object?[] Values)
{
    /// <summary>The case that is on hold; sealed too, since it may be released later.</summary>
    public string? Case { get; init; }

    public string Sentence() => Said.Of($"erase.{Code}", Values);
}
