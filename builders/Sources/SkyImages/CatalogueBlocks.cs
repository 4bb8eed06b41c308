using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>A catalogue in blocks of rows, each a unit that is held in memory as a whole, on each worker.</summary>
internal static class CatalogueBlocks
{
    private const long BlockBytes = 64L << 20;

    /// <summary>Plans the units of a catalogue.</summary>
    /// <param name="source">The recipe's source, which hears doubts about the positions.</param>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="files">All files that a unit reads.</param>
    /// <param name="rowBytes">Bytes of one row while it is made; asked once the catalogue is known to be one.</param>
    /// <param name="mostRows">Rows of a unit at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PileException">The catalogue does not read.</exception>
    internal static async IAsyncEnumerable<SourceUnit> PlanAsync(RecipeSource source, CatalogueRecipe catalogue, IEnumerable<string> files, Func<long> rowBytes, int mostRows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long rowCount = await Targets.CountAsync(catalogue, warning => source.OnNote?.Invoke(new(null, warning)), cancellationToken).ConfigureAwait(false);
        string[] each = [.. files.Distinct(StringComparer.Ordinal)];
        long bytes = rowBytes(), most = Math.Clamp(BlockBytes / bytes, 1, mostRows);
        for (long first = 0; first < rowCount; first += most)
        {
            long count = Math.Min(most, rowCount - first);
            yield return new SourceUnit($"{catalogue.Name}:{first}", each) { FirstRow = first, RowCount = count, EstimatedBytes = count * bytes };
        }
    }

    /// <summary>The catalogue's rows of a unit.</summary>
    /// <exception cref="PileException">The catalogue does not read, or has no positions.</exception>
    internal static Task<Targets> ReadAsync(CatalogueRecipe catalogue, SourceUnit unit, CancellationToken cancellationToken) =>
        Targets.ReadAsync(catalogue, unit.FirstRow, (int)unit.RowCount!.Value, cancellationToken);
}
