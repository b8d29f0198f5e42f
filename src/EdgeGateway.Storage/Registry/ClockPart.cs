using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>The newest jump of the clock that no person has confirmed; gone once one has.</summary>
sealed class ClockPart : IRegistryPart
{
    public const string Jumps = "clockJumps";
    const int Newest = 1;

    public bool Takes(EntryKind kind) => kind == EntryKind.Clock;

    public void Take(LiteDatabase database, EntryView entry)
    {
        var jumps = database.GetCollection(Jumps);
        switch (entry.Body.Text("event"u8))
        {
            case "jump":
                jumps.Upsert(new BsonDocument
                {
                    ["_id"] = Newest,
                    ["index"] = entry.Index,
                    ["at"] = LedgerTime.Format(entry.At),
                    ["jumpUs"] = entry.Body.Integer("jumpUs"u8) ?? 0,
                });
                break;
            case "confirmed":
                jumps.Delete(Newest);
                break;
        }
    }

    public static ClockJump? Unconfirmed(LiteDatabase database) =>
        database.GetCollection(Jumps).FindById(Newest) is { } document && LedgerTime.TryParse(document["at"].AsString, out var at)
            ? new ClockJump(document["index"].AsInt64, at, document["jumpUs"].AsInt64)
            : null;
}

/// <summary>A <c>clock</c> entry that says that the clock went far forward.</summary>
/// <param name="At">What the clock said after it.</param>
/// <param name="Microseconds">How far, against the newest entry before it.</param>
public sealed record ClockJump(long Index, DateTimeOffset At, long Microseconds);
