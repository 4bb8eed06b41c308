using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Writing;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>A catalogue in blocks of rows, each a unit that is held in memory as a whole, on each worker.</summary>
internal static class CatalogueBlocks
{
    private const long BlockBytes = 64L << 20;

    /// <summary>Plans the units of a catalogue.</summary>
    /// <param name="context">The build, which receives warnings about the positions.</param>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="files">All files that a unit reads.</param>
    /// <param name="rowBytes">Bytes of one row while it is made; asked once the catalogue is known to be one.</param>
    /// <param name="mostRows">Rows of a unit at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PileException">The catalogue does not read.</exception>
    internal static async IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CatalogueRecipe catalogue, IEnumerable<string> files,
        Func<long> rowBytes, int mostRows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long rowCount = await Targets.CountAsync(catalogue.In(context), context.Report, cancellationToken).ConfigureAwait(false);
        string[] each = [.. files.Distinct(StringComparer.Ordinal)];
        long bytes = rowBytes(), most = Math.Clamp(BlockBytes / bytes, 1, mostRows);
        for (long first = 0; first < rowCount; first += most)
        {
            long count = Math.Min(most, rowCount - first);
            yield return new SourceUnit($"{catalogue.Name}:{first}", each)
            {
                FirstRow = first,
                RowCount = count,
                EstimatedBytes = count * bytes
            };
        }
    }

    /// <summary>Makes the rows of a unit out of the catalogue's. With a limit, no more objects at once than rows are wanted, so that one
    /// behind the limit is not judged.</summary>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="context">The build.</param>
    /// <param name="make">Makes the rows of some objects; null if none gives a row.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PileException">The catalogue does not read, or an object has no usable id or position and bad rows are not
    /// skipped.</exception>
    internal static async IAsyncEnumerable<RowBatch> ReadAsync(CatalogueRecipe catalogue, SourceUnit unit, BuildContext context,
        Func<Targets, RowBatch?> make, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Targets all = await Targets.ReadAsync(catalogue.In(context), unit.FirstRow, (int)unit.RowCount!.Value, cancellationToken)
            .ConfigureAwait(false);
        context.OnFacts?.Invoke(new UnitFacts { Ids = all.Ids });
        long wanted = context.WantedRows ?? long.MaxValue;
        for (int first = 0, count; first < all.Count && wanted > 0; first += count)
        {
            count = (int)Math.Min(all.Count - first, wanted);
            if (make(context.SkipsBadRows ? all.Slice(first, count) : all.Require(first, count)) is not { } rows)
                continue;
            wanted -= rows.RowCount;
            yield return rows;
        }
    }

    /// <summary>Lists an object as skipped.</summary>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="context">The build.</param>
    /// <param name="targets">The objects.</param>
    /// <param name="row">The object's place among them.</param>
    /// <param name="reason">Why, if nothing is wrong with its row.</param>
    internal static void Skip(CatalogueRecipe catalogue, BuildContext context, Targets targets, int row, string reason)
    {
        long number = targets.FirstRow + row;
        context.Skip(catalogue.Name, number, targets.Faults.TryGetValue(number, out ValueInvalidException? fault) ? fault.Finding : reason);
    }
}
