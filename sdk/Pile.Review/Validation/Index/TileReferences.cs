using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>I005, R004: the pieces of one column in other files are inside these files and can hold their rows; a value without a checksum
/// is reported once.</summary>
internal sealed class TileReferences(DatasetUnderReview dataset, IndexTile tile, ColumnSchema column, PieceFiles sources)
    : TileRowCheck(dataset, tile)
{
    private readonly string shapeName = dataset.Manifest.Column(ColumnNames.Shape(column.Name))?.SqlName ?? "";
    private bool isUnverifiedReported;

    internal override ImmutableArray<string> Columns { get; } =
    [
        .. IndexSchema.PieceColumns(column), ColumnNames.PieceFile(column.SqlName), ColumnNames.PieceChunk(column.SqlName),
        ColumnNames.PieceFirst(column.SqlName),
        .. column.IsRagged ? [dataset.Manifest.Column(ColumnNames.Shape(column.Name))?.SqlName ?? ""] : ImmutableArray<string>.Empty,
    ];

    internal override void Check(TileChunk rows)
    {
        HeavyColumn located;
        try
        {
            located = Locate(rows);
        }
        catch (FormatException e)
        {
            Malformed(rows.RowAt(0), $"expected locations that can be read in the rows from this one on, found: {e.Message}");
            return;
        }
        for (int i = 0; i < rows.RowCount; i++)
            if (located.IsNull(i))
            {
                if (!column.Nullable)
                    Malformed(rows.RowAt(i), "expected a piece, as the column is not nullable; found none");
            }
            else
                CheckRow(located, rows.RowAt(i), i);
    }

    private void CheckRow(HeavyColumn located, long row, int i)
    {
        try
        {
            _ = located.ElementsOf(i); // compares shape, pieces and files
        }
        catch (SourceUnreadableException e)
        {
            Malformed(row, e.Message);
        }
        if (isUnverifiedReported || located.IsVerified(i))
            return;
        isUnverifiedReported = true;
        Dataset.Log.Add(new Finding(FindingCodes.ValuesUnverified, FindingSeverity.Warning, DatasetPaths.Sources(Dataset.Manifest.Subset),
            null, column.Name, "values have no checksums, so that damage of their files is not detected; 'pile adopt --checksums' records "
            + "them, and a build from a source without --by-reference stores the values"));
    }

    private HeavyColumn Locate(TileChunk rows)
    {
        LocatedPieces located = new(column);
        located.AppendPieces(rows[ColumnNames.PieceOffset(column.SqlName)], rows[ColumnNames.PieceSize(column.SqlName)],
            rows[ColumnNames.PieceCodec(column.SqlName)], rows[ColumnNames.PieceCrc32C(column.SqlName)]);
        if (column.IsRagged)
            located.AppendShapes(rows[shapeName]);
        located.AppendChunks(rows[ColumnNames.PieceChunk(column.SqlName)]);
        located.AppendFiles(rows[ColumnNames.PieceFile(column.SqlName)]);
        located.AppendFirst(rows[ColumnNames.PieceFirst(column.SqlName)]);
        return located.ToReference(sources, isVerified: true);
    }

    private void Malformed(long row, string message) => Found(FindingCodes.PieceInvalid, row, column.Name, message);
}
