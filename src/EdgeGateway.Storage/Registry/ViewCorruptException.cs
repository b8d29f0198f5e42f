namespace EdgeGateway.Storage.Registry;

/// <summary>
/// A view's file does not hold together. Nothing is lost: the file is moved aside and the view made again from the ledger.
/// </summary>
public sealed class ViewCorruptException(string path, Exception? inner = null)
    : Exception($"The view '{path}' is damaged ({inner?.Message ?? "cut short"}); it is made again from the ledger.", inner)
{
    public string Path { get; } = path;
}
