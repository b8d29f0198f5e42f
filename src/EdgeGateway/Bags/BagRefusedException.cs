using EdgeGateway.Evidence;

namespace EdgeGateway.Bags;

/// <summary>Why a bag, or a part of it, can't be taken; the texts say it in words.</summary>
sealed class BagRefusedException(string text, params object?[] values) : Exception(text)
{
    /// <summary>Key of the text.</summary>
    public string Text => Message;

    /// <summary>What is filled in; names from the bag are made fit to show.</summary>
    public object?[] Values { get; } = [.. values.Select(value => value is string shown ? DisplayText.Of(shown) : value)];
}
