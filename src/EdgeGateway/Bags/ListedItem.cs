using System.Globalization;
using EdgeGateway.Evidence;
using EdgeGateway.Export;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Bags;

/// <summary>What the lists must say of an item, from its entry and its bytes.</summary>
/// <param name="File">Null where the bytes were erased.</param>
/// <param name="CapturedAt">The device's own time; null where it gave none.</param>
/// <param name="Path">Base64 of the proof's hashes.</param>
/// <param name="Record">What its export sealed; null of older bags.</param>
sealed record ListedItem(
    string Folder, long Index, string? File, string MediaType, long Size, Hash? Sha256, Hash? Sm3, string? CapturedAt, ReviewState Review, string? ReviewReason,
    IReadOnlyList<string> Path, ExportRecord? Record)
{
    // The list's columns, as EvidenceList has them.
    const int IndexColumn = 1;
    const int FileColumn = 3;
    const int FormatColumn = 4;
    const int SizeColumn = 5;
    const int Sha256Column = 6;
    const int Sm3Column = 7;
    const int CreatedColumn = 8;
    const int ReviewColumn = 11;

    static readonly TextTable Chinese = TextTable.Of("Export", Language.Chinese);

    /// <returns>The first column that says something else; null if none does.</returns>
    public int? Differs(string[] row)
    {
        (int Column, bool Holds)[] cells =
        [
            (IndexColumn, row[IndexColumn] == Index.ToString(CultureInfo.InvariantCulture)),
            (FileColumn, row[FileColumn] == (File ?? Chinese["erased"])),
            (FormatColumn, row[FormatColumn] == MediaType),
            (SizeColumn, row[SizeColumn] == Size.ToString(CultureInfo.InvariantCulture)),
            (Sha256Column, BeginsWith(row[Sha256Column], Sha256)),
            (Sm3Column, BeginsWith(row[Sm3Column], Sm3)),
            (CreatedColumn, CapturedAt is null || row[CreatedColumn] == Chinese.Format("time.device", DisplayText.Of(CapturedAt, 100))),
            (ReviewColumn, row[ReviewColumn] == ReviewText()),
        ];
        foreach (var (column, holds) in cells)
        {
            if (!holds) return column;
        }

        return null;
    }

    string ReviewText() => Review switch
    {
        ReviewState.Passed => Chinese["review.passed"],
        ReviewState.Failed => Chinese.Format("review.failed", DisplayText.Of(ReviewReason, 500)),
        _ => Chinese["review.none"],
    };

    static bool BeginsWith(string cell, Hash? digest) => digest is { } known ? cell == known.ToString() || cell.StartsWith($"{known} (", StringComparison.Ordinal) : cell == Chinese["erased"];
}
