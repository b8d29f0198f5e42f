using EdgeGateway.Backup;
using EdgeGateway.Clocks;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Registry;
using EdgeGateway.Retention;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Succession;
using EdgeGateway.Texts;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Gateway;

/// <summary>
/// A data directory, open: its lock, ledger, objects, views, accounts and the registered devices. The running gateway
/// holds one; a command line works on one of its own while the gateway is stopped.
/// </summary>
sealed class GatewayData : IAsyncDisposable
{
    readonly DataLock _lock;
    ProfileCatalog _profiles;
    RetentionRules _retention = null!;

    GatewayData(
        string path, GatewaySettings settings, DataLock dataLock, FileLedger ledger, ObjectStore objects, LedgerViews views, AccountStore accounts,
        ProfileCatalog profiles, ClockTrust clock)
    {
        Path = path;
        Settings = settings;
        Site = SiteTime.Of(settings.Gateway);
        _lock = dataLock;
        Ledger = ledger;
        Objects = objects;
        Views = views;
        Accounts = accounts;
        _profiles = profiles;
        Clock = clock;
        Directory = new DeviceDirectory(id => Profiles.Find(id));
        Devices = new DeviceBook(Directory);
        LogId = GenesisId(ledger);
        Erasures = new ErasureWork(this);
        Eraser = new Eraser(this, Erasures);
    }

    public string Path { get; }

    /// <summary>What it was opened with.</summary>
    public GatewaySettings Settings { get; }

    /// <summary>How times are told to people.</summary>
    public SiteTime Site { get; }

    public FileLedger Ledger { get; }

    /// <summary>Leaf hash of entry 0, by which entries name their log.</summary>
    public Hash LogId { get; }

    public ObjectStore Objects { get; }

    public LedgerViews Views { get; }

    public AccountStore Accounts { get; }

    /// <summary>Those in force.</summary>
    public ProfileCatalog Profiles => Volatile.Read(ref _profiles);

    /// <summary>Whether the date may decide anything.</summary>
    public ClockTrust Clock { get; }

    /// <summary>The logs before this one.</summary>
    public required ClosedLogs Logs { get; init; }

    public DeviceDirectory Directory { get; }

    public DeviceBook Devices { get; }

    /// <summary>Who witnesses this ledger.</summary>
    public required WitnessBoard Witnesses { get; init; }

    public ErasureWork Erasures { get; }

    public Eraser Eraser { get; }

    /// <summary>By the profiles in force.</summary>
    public required RetentionRules Retention
    {
        get => Volatile.Read(ref _retention);
        init => _retention = value;
    }

    /// <exception cref="GatewayException">Another process has it, or what is in it can't be used; says what to do.</exception>
    /// <param name="recoveryKey">Where the recovery key of a new ledger goes; null for <see cref="LedgerKeys.RecoveryPath"/>.</param>
    /// <param name="profiles">Those of the settings, where they are being read already.</param>
    public static async Task<GatewayData> OpenAsync(
        string path, GatewaySettings settings, IGatewayClock clock, TimeProvider time, ILoggerFactory loggers, string? recoveryKey = null,
        Task<ProfileCatalog>? profiles = null)
    {
        path = System.IO.Path.GetFullPath(path);
        DurableDirectory.Create(path);
        var dataLock = DataLock.TryTake(path) ?? throw Failure.Of("data.in-use", path, DataLock.Holder(path));
        var opened = new Stack<IAsyncDisposable>();
        try
        {
            opened.Push(new Closing(dataLock));
            RestoreMark.Refuse(path);
            await new LedgerRotation(path, settings, clock, time).ResumeAsync(CancellationToken.None);
            var catalog = profiles is null ? LoadProfiles(settings.Gateway.Profiles) : await profiles;
            var retention = RetentionRules.Checked(settings, catalog);

            // Beside the ledger: neither needs the other, and together they are most of a start.
            var opening = Task.Run(() => AccountStore.Open(System.IO.Path.Combine(path, "accounts.db")));
            opened.Push(new ClosingOnceOpen(opening));
            var ledger = FileLedger.Open(settings.ToLedger(path) with { RecoveryKeyFile = recoveryKey ?? LedgerKeys.RecoveryPath(path) }, clock, time);
            opened.Push(ledger);
            var objects = ObjectStore.Open(System.IO.Path.Combine(path, "objects"), settings.Evidence.Sm3);
            var views = LedgerViews.Open(System.IO.Path.Combine(path, "views"), ledger, loggers.CreateLogger<LedgerViews>());
            opened.Push(new Closing(views));
            var accounts = await opening;
            var logs = ClosedLogs.Open(path, loggers.CreateLogger<ClosedLogs>());

            // Before anything else is sealed: the newest entry's time says whether the clock jumped since.
            var jump = await ClockContinuity.SealAsync(ledger, clock, settings.Clock, CancellationToken.None);
            var trust = new ClockTrust(clock, ledger, views, ledger.DurableSize);
            if (jump is { } index) trust.Jumped(index);
            var data = new GatewayData(path, settings, dataLock, ledger, objects, views, accounts, catalog, trust)
            {
                Witnesses = new WitnessBoard(PolicyFile.Read(settings.Witness, ledger.Key, logs.Keys), settings.Witness.FailOpen),
                Retention = retention,
                Logs = logs,
            };
            data.Devices.Load(views, ledger);
            accounts.Trust(data.Devices.All());
            return data;
        }
        catch (Exception e)
        {
            while (opened.TryPop(out var part)) await part.DisposeAsync();
            if (e is LedgerCorruptException or IOException or AccountsUnreadableException) throw new GatewayException(e.Message);
            throw;
        }
    }

    /// <summary>Puts other profiles in force, for every device from its next message. One call at a time, while no device changes.</summary>
    public void Use(ProfileCatalog profiles, RetentionRules retention)
    {
        Volatile.Write(ref _retention, retention);
        Volatile.Write(ref _profiles, profiles);
        Devices.Renew();
    }

    /// <summary>Returns once every entry acknowledged before the call is in the views.</summary>
    public async Task CatchUpViewsAsync(CancellationToken cancellationToken)
    {
        await Ledger.CatchUpAsync(cancellationToken);
        var target = Ledger.Size;
        while (Views.Position < target)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ViewUpdater.CatchUp(Ledger, Views, ViewUpdater.DefaultBatch);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        Erasures.Dispose();
        Views.Dispose();
        Logs.Dispose();
        Accounts.Dispose();
        _lock.Dispose();
    }

    static Hash GenesisId(FileLedger ledger)
    {
        using var genesis = EntryView.Parse(ledger.Read(0, 1)[0]);
        return genesis.LeafHash;
    }

    /// <exception cref="GatewayException">There is none, or one has errors.</exception>
    public static ProfileCatalog LoadProfiles(string directory)
    {
        var reading = ProfileCatalog.Load(directory);
        if (reading.Errors.Count == 0 && !reading.Catalog.All.Any())
        {
            throw Failure.Of("profiles.none", directory);
        }

        return reading.Errors.Count == 0 ? reading.Catalog : throw Failure.Of("profiles.wrong", string.Join('\n', reading.Errors));
    }

    sealed class ClosingOnceOpen(Task<AccountStore> opening) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            // What it failed with is not what is told: the opening that waits for it throws that.
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.IsCompletedSuccessfully) (await opening).Dispose();
        }
    }

    sealed class Closing(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>What keeps a command or the gateway from working, in one sentence with the remedy.</summary>
/// <param name="exitCode">1: it can't be done; 2: it was asked for wrongly.</param>
sealed class GatewayException(string message, int exitCode = 1) : Exception(message)
{
    public int ExitCode => exitCode;
}
