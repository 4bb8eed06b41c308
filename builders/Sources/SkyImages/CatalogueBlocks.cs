using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Writing;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Divides a catalogue into blocks of rows. Each block is a unit that fits into memory.</summary>
internal static class CatalogueBlocks
{
    private const long BlockBytes = 64L << 20;

    /// <summary>Plans the units of a catalogue.</summary>
    /// <param name="context">The build, which receives warnings about the positions.</param>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="files">All files that a unit reads.</param>
    /// <param name="rowBytes">Returns the memory that one row needs; called after the catalogue is read.</param>
    /// <param name="maxRows">The maximum number of rows of a unit.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="PileException">The catalogue is unreadable.</exception>
    internal static async IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CatalogueRecipe catalogue, IEnumerable<string> files,
        Func<long> rowBytes, int maxRows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long rowCount = await Targets.CountAsync(catalogue.In(context), context, cancellationToken).ConfigureAwait(false);
        string[] each = [.. files.Distinct(StringComparer.Ordinal)];
        long bytes = rowBytes(), most = Math.Clamp(BlockBytes / bytes, 1, maxRows);
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

    /// <summary>Creates the rows of a unit from the rows of the catalogue.</summary>
    /// <remarks>With a limit, it processes at most as many objects at once as rows are wanted, so that bad objects after the limit are not
    /// errors.</remarks>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="context">The build.</param>
    /// <param name="make">Creates the rows of some objects; returns null if no object has a row.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="PileException">The catalogue is unreadable, or an object has no usable id or position and bad rows are not
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

    /// <summary>Lists a file that is not usable as an image as skipped.</summary>
    /// <exception cref="PileException">Bad rows are not skipped.</exception>
    internal static void SkipFile(RecipeSource source, BuildContext context, string path, PileException reason)
    {
        if (!context.SkipsBadRows)
            throw reason;
        context.Report($"skipped {source.NameOf(path)}: {reason.Message}");
        context.Skip(source.NameOf(path), null, reason.Message);
    }

    /// <summary>Lists an object as skipped.</summary>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="context">The build.</param>
    /// <param name="targets">The objects.</param>
    /// <param name="row">The index of the object in <paramref name="targets"/>.</param>
    /// <param name="reason">The reason, if the object's row is not at fault.</param>
    internal static void Skip(CatalogueRecipe catalogue, BuildContext context, Targets targets, int row, string reason)
    {
        long number = targets.Rows[row];
        context.Skip(catalogue.Name, number, targets.Faults.TryGetValue(number, out ValueInvalidException? fault) ? fault.Finding : reason);
    }
}
