using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The catalogue of objects whose measurements are in other files, in memory: their positions and their other
/// columns.</summary>
internal sealed class ObjectCatalogue
{
    private readonly Targets targets;
    private readonly Dictionary<ObjectId, int> rowOf;
    private readonly HashSet<ObjectId> dropped = [];
    private readonly ImmutableArray<ColumnData> natives;
    private readonly ConcurrentDictionary<string, double[]> days = new(StringComparer.Ordinal);

    private ObjectCatalogue(CatalogueRecipe recipe, Targets targets, string prefix)
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
        natives = [.. targets.NativeBeside(name => name is "mjd" or "mjd_end" || name.StartsWith(prefix, StringComparison.Ordinal))];
    }

    internal string Path { get; }

    internal string IdColumn { get; }

    /// <summary>True if the ids are text.</summary>
    internal bool IsOfText => targets.ObjectId is TextColumnData;

    /// <summary>Reads a catalogue.</summary>
    /// <param name="recipe">The catalogue.</param>
    /// <param name="prefix">The begin of the names of the standard columns of the measurements.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="PileException">The table is unreadable, or two rows have the same id.</exception>
    internal static async Task<ObjectCatalogue> ReadAsync(CatalogueRecipe recipe, string prefix, CancellationToken cancellationToken) =>
        new(recipe, await Targets.ReadAsync(recipe, 0, int.MaxValue, cancellationToken).ConfigureAwait(false), prefix);

    /// <summary>Returns true for an object that does not meet the catalogue's filter.</summary>
    internal bool Drops(ObjectId id) => dropped.Contains(Trimmed(id)) && Find(id) is null;

    /// <summary>Returns the number of a row in the file.</summary>
    internal long NumberOf(int row) => targets.Rows[row];

    /// <summary>Returns the row of an object; null if the catalogue does not contain the object.</summary>
    internal int? Find(ObjectId id) => rowOf.TryGetValue(Trimmed(id), out int row) ? row : null;

    /// <summary>Returns the position of a row; NaN if it is missing.</summary>
    internal (double RaDeg, double DecDeg) PositionOf(int row) => (targets.RaDeg[row], targets.DecDeg[row]);

    /// <summary>Returns whether the catalogue has a column beside those of positions and ids.</summary>
    internal bool Has(string column) => targets.Native.Any(c => c.Schema.Name == column);

    /// <summary>Returns the text of a row; empty if it is missing, null if the catalogue has no such column of texts.</summary>
    internal string? TextOf(string column, int row) =>
        targets.Native.FirstOrDefault(c => c.Schema.Name == column) is TextColumnData { Schema.IsScalar: true } texts
            ? texts.IsNullAt(row) ? "" : texts.Text(row).Trim() : null;

    /// <summary>Returns the time of a row in days; NaN if it is missing, null if the catalogue has no such column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="row">The row.</param>
    /// <param name="key">The key of the recipe that names the column.</param>
    /// <exception cref="SchemaMismatchException">The column does not hold numbers, or has a unit of another quantity.</exception>
    internal double? DaysOf(string column, int row, string key) => targets.Native.All(c => c.Schema.Name != column) ? null
        : days.GetOrAdd(column, name => new CatalogueNumbers(Path, targets).Of(name, "d", key))[row];

    /// <summary>Returns the other columns of some rows.</summary>
    internal IEnumerable<ColumnData> Of(int[] rows) => natives.Select(c => c.Take(rows));

    private static ObjectId IdOf(ColumnData ids, int row) =>
        ids is TextColumnData text ? text.Text(row) : ((ColumnData<long>)ids).Values.Span[row];

    private static ObjectId Trimmed(ObjectId id) => id.IsText ? id.Text.Trim() : id;
}
