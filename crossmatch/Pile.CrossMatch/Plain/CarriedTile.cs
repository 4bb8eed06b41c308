using Pile.DuckDb;
using Pile.Reading;

namespace Pile.CrossMatch.Plain;

/// <summary>The part of carried columns that one tile of the index holds.</summary>
/// <param name="columns">The columns.</param>
/// <param name="query">What is read of each tile.</param>
/// <param name="tile">The tile.</param>
internal sealed class CarriedTile(CarriedColumns columns, Query query, IndexTile tile)
{
    /// <summary>Where on the sky it begins.</summary>
    internal long FirstHealpix29 => tile.Pixel.RangeAtOrder29.Start;

    /// <summary>Checks the tile, and reads its values to their places.</summary>
    /// <exception cref="Format.DatasetInvalidException">The tile is damaged, a value is missing, or there are more or fewer rows than the list of files says.</exception>
    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        IndexQuestion question = await IndexQuestion.OfAsync(query, isWithHeavy: false, cancellationToken).ConfigureAwait(false);
        using IndexAnswer answer = await question.AskAsync(select => select.KeepTiles(t => t.FirstPosition == tile.FirstPosition), cancellationToken).ConfigureAwait(false);
        long row = tile.FirstPosition, end = tile.FirstPosition + tile.File.Rows;
        while (answer.TryNext(out DuckDbChunk? chunk))
        {
            if (row + chunk.RowCount > end)
                throw columns.Invalid($"has more than {tile.File.Rows} rows in the tile '{tile.File.Path}'");
            for (int i = 0; i < columns.Values.Length; i++)
            {
                DuckDbVector values = chunk[i];
                for (int missing = 0; !values.AllValid && missing < chunk.RowCount; missing++)
                    if (!values.IsValid(missing))
                        throw columns.Invalid($"has no value of column '{columns.Schemas[i].Name}' in row {row + missing}, which the manifest says is never missing");
                columns.Values[i].Set((int)row, values);
            }
            row += chunk.RowCount;
        }
        if (row != end)
            throw columns.Invalid($"has {row - tile.FirstPosition} rows in the tile '{tile.File.Path}', '{Format.DatasetPaths.Files}' says {tile.File.Rows}");
    }
}
