using System.Collections.Immutable;
using EdgeGateway.Ledger;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// The views' files that are open: the registry and the months used last. Whoever uses one holds the gate for reading;
/// opening, closing and moving aside hold it for writing.
/// </summary>
sealed class OpenViews(string directory, Hash log, ILogger logger) : IDisposable
{
    // Each keeps a cache of pages that never shrinks.
    const int MonthsAtMost = 4;

    readonly ReaderWriterLockSlim _gate = new();
    readonly Dictionary<string, MonthFile> _months = [];
    readonly Dictionary<string, long> _lastUse = [];
    readonly Lock _reports = new();
    readonly Dictionary<string, long> _behind = [];
    RegistryFile? _registry;
    ViewCorruptException? _damage;
    long _uses;
    bool _disposed;

    /// <summary>As of the last registry that was open.</summary>
    public Coverage Coverage { get; private set; } = Coverage.None;

    public T UseRegistry<T>(Func<RegistryFile, T> work) => Use(
        () => _registry is { HasFailed: false } ? _registry : null,
        () =>
        {
            if (_registry is { HasFailed: true }) Close();
            _registry ??= Reporting(() => RegistryFile.Open(directory, log, logger));
            Coverage = _registry.Coverage;
        },
        work);

    public T UseMonth<T>(string month, Func<MonthFile, T> work) => Use(
        () => _months.TryGetValue(month, out var open) && !open.HasFailed ? open : null,
        () => OpenMonth(month),
        file =>
        {
            lock (_reports) _lastUse[month] = ++_uses;
            return work(file);
        });

    /// <summary>Writes to the registry; the coverage follows.</summary>
    public void WriteRegistry(Action<RegistryFile> work) => UseRegistry(registry =>
    {
        work(registry);
        return Coverage = registry.Coverage;
    });

    /// <summary>A month's file does not hold what the registry says.</summary>
    /// <param name="position">It holds its entries below this index.</param>
    public void ReportBehind(string month, long position)
    {
        lock (_reports) _behind[month] = position;
    }

    /// <summary>
    /// A file found damaged by whoever used it, and months that are behind the registry, with their positions; then
    /// forgets them.
    /// </summary>
    public (ViewCorruptException? Damage, ImmutableDictionary<string, long> Behind) TakeReports()
    {
        lock (_reports)
        {
            var reports = (_damage, _behind.ToImmutableDictionary());
            _damage = null;
            _behind.Clear();
            return reports;
        }
    }

    /// <summary>Closes the damaged file and moves it aside; the next use makes it anew.</summary>
    public void MoveAside(ViewCorruptException damage) => Exclusively(() =>
    {
        Close();
        if (File.Exists(damage.Path)) ViewFile.MoveAside(damage, logger);
        if (damage.Path == RegistryFile.PathOf(directory)) Coverage = Coverage.None;
    });

    public void DeleteAll() => Exclusively(() =>
    {
        Close();
        LiteFile.Delete(RegistryFile.PathOf(directory));
        foreach (var path in Directory.GetFiles(directory, "evidence-*.db")) File.Delete(path);
        Coverage = Coverage.None;
    });

    /// <summary>After a failed write: LiteDB's engine is of no more use, and the next use opens the files again.</summary>
    public void CloseAll() => Exclusively(Close);

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        CloseAll();
        _gate.Dispose();
    }

    T Use<TFile, T>(Func<TFile?> find, Action open, Func<TFile, T> work)
        where TFile : class
    {
        while (true)
        {
            _gate.EnterReadLock();
            try
            {
                if (find() is { } file) return Reporting(() => work(file));
            }
            finally
            {
                _gate.ExitReadLock();
            }

            Exclusively(open);
        }
    }

    T Reporting<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ViewCorruptException e)
        {
            lock (_reports) _damage = e;
            throw;
        }
    }

    void OpenMonth(string month)
    {
        if (_months.TryGetValue(month, out var open))
        {
            if (!open.HasFailed) return;
            _months.Remove(month);
            open.Dispose();
        }

        if (_months.Count >= MonthsAtMost)
        {
            var oldest = _months.Keys.MinBy(name => _lastUse.GetValueOrDefault(name))!;
            _months.Remove(oldest, out var file);
            file!.Dispose();
        }

        var opened = _months[month] = Reporting(() => MonthFile.Open(directory, month, log, logger));
        if (Coverage.Ranges.TryGetValue(month, out var expected) && opened.Range.Last < expected.Last)
        {
            ReportBehind(month, opened.Position);
            throw new ViewCorruptException(MonthFile.PathOf(directory, month));
        }
    }

    void Close()
    {
        foreach (var month in _months.Values) month.Dispose();
        _months.Clear();
        _registry?.Dispose();
        _registry = null;
    }

    void Exclusively(Action work)
    {
        _gate.EnterWriteLock();
        try
        {
            work();
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }
}
