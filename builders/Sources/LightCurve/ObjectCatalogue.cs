using System.Collections.Immutable;
using Pile.Builders.Sources.SkyImages;
using Pile.Format;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>The catalogue of the measured objects, in memory: their positions and their other columns.</summary>
internal sealed class ObjectCatalogue
{
    private readonly Targets targets;
    private readonly Dictionary<ObjectId, int> rowOf;
    private readonly HashSet<ObjectId> dropped = [];
    private readonly ImmutableArray<ColumnData> natives;

    private ObjectCatalogue(CatalogueRecipe recipe, Targets targets)
    {
        (Path, IdColumn, this.targets) = (recipe.Path, recipe.Positions.IdColumn!, targets);
        rowOf = new(targets.Count);
        for (int row = 0; row < targets.Count; row++)
        {
            ObjectId id = IdOf(targets.ObjectId, row);
            if (!rowOf.TryAdd(id, row))
                throw new ValueInvalidException(Path, targets.Rows[row], IdColumn, $"'{id}'",
                    $"a unique id; row {targets.Rows[rowOf[id]]} has the same", "Remove one of the rows");
        }
        for (int row = 0; row < targets.DroppedIds?.RowCount; row++)
            dropped.Add(IdOf(targets.DroppedIds, row));
        natives = [.. targets.NativeBeside(IsTaken)];
    }

    internal string Path { get; }

    internal string IdColumn { get; }

    /// <summary>True if the ids are text.</summary>
    internal bool IsOfText => targets.ObjectId is TextColumnData;

    /// <exception cref="PileException">The table is unreadable, or two rows have the same id.</exception>
    internal static async Task<ObjectCatalogue> ReadAsync(CatalogueRecipe recipe, CancellationToken cancellationToken) =>
        new(recipe, await Targets.ReadAsync(recipe, 0, int.MaxValue, cancellationToken).ConfigureAwait(false));

    /// <summary>Returns true for an object that does not meet the catalogue's filter.</summary>
    internal bool Drops(ObjectId id) => dropped.Contains(Trimmed(id)) && Find(id) is null;

    /// <summary>Returns the number of a row in the file.</summary>
    internal long NumberOf(int row) => targets.Rows[row];

    /// <summary>Returns the row of an object; null if the catalogue does not contain the object.</summary>
    internal int? Find(ObjectId id) => rowOf.TryGetValue(Trimmed(id), out int row) ? row : null;

    /// <summary>Returns the position of a row; NaN if it is missing.</summary>
    internal (double RaDeg, double DecDeg) PositionOf(int row) => (targets.RaDeg[row], targets.DecDeg[row]);

    /// <summary>Returns the other columns of some rows.</summary>
    internal IEnumerable<ColumnData> Of(int[] rows) => natives.Select(c => c.Take(rows));

    private static ObjectId IdOf(ColumnData ids, int row) =>
        ids is TextColumnData text ? text.Text(row) : ((ColumnData<long>)ids).Values.Span[row];

    private static ObjectId Trimmed(ObjectId id) => id.IsText ? id.Text.Trim() : id;

    private static bool IsTaken(string name) => name is "mjd" or "mjd_end" || name.StartsWith("lightcurve_", StringComparison.Ordinal);
}
