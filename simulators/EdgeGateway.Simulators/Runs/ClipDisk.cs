namespace EdgeGateway.Simulators.Runs;

/// <summary>The clips that a device holds until they are sealed, and how much room there is for more. One thread at a time.</summary>
sealed class ClipDisk
{
    readonly List<Task> _held = [];
    bool _isFilling;
    bool _isFull;

    /// <summary>Once it is full, only after all that it holds is sealed.</summary>
    public bool HasRoom
    {
        get
        {
            _held.RemoveAll(transfer => transfer.IsCompletedSuccessfully);
            _isFull &= _held.Count > 0;
            return !_isFull;
        }
    }

    /// <summary>Ends when nothing is held.</summary>
    public Task Emptied => Task.WhenAll(_held);

    /// <summary>The next clip is to be the last that fits.</summary>
    public void Fill() => _isFilling = true;

    /// <param name="transfer">Ends when the clip is sealed, refused or given up.</param>
    public void Add(Task transfer)
    {
        _held.Add(transfer);
        (_isFull, _isFilling) = (_isFilling, false);
    }
}
