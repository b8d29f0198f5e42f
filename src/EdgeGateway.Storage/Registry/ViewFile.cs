using EdgeGateway.Ledger;
using LiteDB;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// One LiteDB file of a view: tied to a ledger and a schema, made again when either is another, moved aside when damaged.
/// Safe for one writer beside any number of readers.
/// </summary>
sealed partial class ViewFile : IDisposable
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    const string StateCollection = "view";
    const string StateId = "state";

    readonly LiteFile _file;

    ViewFile(string path, LiteFile file)
    {
        Path = path;
        _file = file;
    }

    public string Path { get; }

    /// <summary>Whether the disk failed a write: close it and open it again.</summary>
    public bool HasFailed => _file.HasFailed;

    /// <summary>Opens or makes the file; afterwards it holds this ledger's entries under this schema, or nothing.</summary>
    /// <param name="collections">
    /// All that it is to have. They are made before anybody reads: whoever reads a collection in the moment in which LiteDB makes it may find a
    /// page of zeros, which LiteDB takes for damage (litedb-org/LiteDB#2792).
    /// </param>
    /// <param name="log">Leaf hash of the ledger's entry 0.</param>
    public static ViewFile Open(string path, int schema, IReadOnlyList<string> collections, Hash log, ILogger logger)
    {
        try
        {
            if (TryOpen(path, schema, collections, log) is { } file) return file;
            LogReplaced(logger, path);
            LiteFile.Delete(path);
        }
        catch (ViewCorruptException e)
        {
            MoveAside(e, logger);
        }

        return TryOpen(path, schema, collections, log) ?? throw new ViewCorruptException(path);
    }

    public static void MoveAside(ViewCorruptException damage, ILogger logger) =>
        LogDamaged(logger, damage.Path, LiteFile.MoveAside(damage.Path), damage.InnerException);

    /// <exception cref="ViewCorruptException">The file does not hold together.</exception>
    public T Read<T>(Func<LiteDatabase, T> work) => Guard(Path, _file, () => work(_file.Database));

    /// <summary>All of the work, or nothing: also after a crash.</summary>
    /// <exception cref="ViewCorruptException">The file does not hold together.</exception>
    /// <exception cref="IOException">
    /// The disk failed this write or one before it, or is full. After any exception the file must be closed.
    /// </exception>
    public void Write(Action<LiteDatabase> work) => Guard(Path, _file, () =>
    {
        _file.Database.BeginTrans();
        work(_file.Database);
        return _file.Database.Commit();
    });

    /// <summary>The file's own facts: its position and whatever the view keeps beside it.</summary>
    public BsonDocument State() => Read(StateOf);

    public static BsonDocument StateOf(LiteDatabase database) => database.GetCollection(StateCollection).FindById(StateId);

    public static void SetState(LiteDatabase database, BsonDocument state) =>
        database.GetCollection(StateCollection).Update(state);

    public void Dispose() => _file.Dispose();

    // LiteDB makes a collection with its first document.
    void Make(IReadOnlyList<string> collections)
    {
        var missing = collections.Except(Read(database => database.GetCollectionNames().ToList())).ToList();
        if (missing.Count == 0) return;
        Write(database =>
        {
            foreach (var collection in missing.Select(name => database.GetCollection(name))) collection.Delete(collection.Insert(new BsonDocument { ["_id"] = "made" }));
        });
    }

    // Null: the file is whole but another ledger's, or another schema's.
    static ViewFile? TryOpen(string path, int schema, IReadOnlyList<string> collections, Hash log)
    {
        if (File.Exists(path) && LiteFile.IsTruncated(path)) throw new ViewCorruptException(path);
        var file = new ViewFile(path, Guard(path, null, () => LiteFile.Open(path, Mode)));
        try
        {
            var state = file.Read(StateOf);
            if (state is null && file.Read(database => !database.GetCollectionNames().Any()))
            {
                state = new BsonDocument { ["_id"] = StateId, ["schema"] = schema, ["log"] = log.ToArray(), ["position"] = 0L };
                file.Write(database => database.GetCollection(StateCollection).Insert(state));
            }

            if (state is not null && state["schema"] == schema && state["log"] == new BsonValue(log.ToArray()))
            {
                file.Make(collections);
                return file;
            }

            file.Dispose();
            return null;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // LiteDB keeps no checksum of its pages: damage shows as whatever exception the code that met it happens to throw.
    // What the disk says (IOException) is not damage, and neither is what LiteDB then misses, so a full or failing disk
    // never costs a view.
    static T Guard<T>(string path, LiteFile? file, Func<T> work)
    {
        file?.ThrowIfFailed();
        try
        {
            var result = work();
            file?.ThrowIfFailed();
            return result;
        }
        catch (Exception e) when (e is LiteException { ErrorCode: not LiteException.LOCK_TIMEOUT } or InvalidCastException
            or IndexOutOfRangeException or ArgumentException or NotImplementedException or NullReferenceException
            or OverflowException or KeyNotFoundException or EndOfStreamException or FormatException)
        {
            file?.ThrowIfFailed();
            throw new ViewCorruptException(path, e);
        }
    }

    [LoggerMessage(3301, LogLevel.Information, "View {Path} belongs to another ledger or version and is made again")]
    static partial void LogReplaced(ILogger logger, string path);

    [LoggerMessage(3302, LogLevel.Error, "View {Path} is damaged and was moved to {Aside}; it is made again from the ledger")]
    static partial void LogDamaged(ILogger logger, string path, string aside, Exception? exception);
}
