using System.Collections.Immutable;
using Pile.Writing.Schemas;

namespace Pile.Writing.Spill;

/// <summary>Rows of a unit with one layout.</summary>
/// <param name="Rows">Where they are.</param>
/// <param name="Layout">Their columns.</param>
/// <param name="RowCount">Their number.</param>
internal sealed record SpilledPart(PlacedRows Rows, RowLayout Layout, long RowCount)
{
    /// <summary>Returns all parts of some units.</summary>
    internal static IReadOnlyList<SpilledPart> Of(IReadOnlyList<UnitRecord> units, SpillArea area)
    {
        List<SpilledPart> parts = [];
        Dictionary<RowLayout, CountedColumns> counted = [];
        long firstRow = 0;
        int firstFile = 0;
        bool hasCountedIds = HasCountedIds(units);
        for (int unit = 0; unit < units.Count; unit++)
        {
            UnitRecord record = units[unit];
            ImmutableArray<ColumnShift>[] shifts = new ImmutableArray<ColumnShift>[record.Layouts.Count];
            for (int i = 0; i < shifts.Length; i++)
            {
                if (!counted.TryGetValue(record.Layouts[i], out CountedColumns? columns))
                    counted.Add(record.Layouts[i], columns = new CountedColumns(record.Layouts[i]));
                shifts[i] = columns.Shifts(unit, firstFile, hasCountedIds && HasRowNumbers(record) ? firstRow : 0);
            }
            foreach (PartRecord part in record.Parts)
                parts.Add(new SpilledPart(new PlacedRows(area.PathOf(part.Place), part.Place, shifts[part.Layout]),
                    record.Layouts[part.Layout], part.Rows));
            firstFile = checked(firstFile + (record.Referenced?.Count ?? 0));
            firstRow += record.Facts.SourceRows;
        }
        return parts;
    }

    /// <summary>Returns whether the ids of several units are row numbers, which are then counted through all of them.</summary>
    internal static bool HasCountedIds(IEnumerable<UnitRecord> units) => units.Where(HasRowNumbers).Skip(1).Any();

    private static bool HasRowNumbers(UnitRecord unit) => unit.Facts is { Ids: IdSource.RowNumber, SourceRows: > 0 };

    private sealed class CountedColumns
    {
        private readonly int unit, id;
        private readonly int[] files;

        internal CountedColumns(RowLayout layout)
        {
            string[] names = [.. SpillLayout.Fields(layout.Columns).Select(field => field.Name)];
            (unit, id) = (Array.IndexOf(names, SpillNames.Unit), Array.IndexOf(names, SpillNames.Light(StandardColumns.ObjectId)));
            files = [.. layout.Columns.Where(c => c.IsOutside).SelectMany(ReferenceParts.InSpill).Where(ReferenceParts.IsFileNumber)
                .Select(c => Array.IndexOf(names, SpillNames.Light(c.Name)))];
        }

        internal ImmutableArray<ColumnShift> Shifts(int unitNumber, int firstFile, long firstRow) =>
            [.. new[] { new ColumnShift(unit, unitNumber), new ColumnShift(id, firstRow) }
                .Concat(files.Select(file => new ColumnShift(file, firstFile))).Where(shift => shift.Offset != 0)];
    }
}

/// <summary>Rows of a <see cref="RowsFile"/>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Place">Their place in it.</param>
/// <param name="Shifts">What is added to columns when they are read: a unit counts its files and rows from 0, the dataset goes on from the
/// unit before.</param>
internal sealed record PlacedRows(string Path, SpillRange Place, ImmutableArray<ColumnShift> Shifts);

/// <summary>What is added to the values of a column.</summary>
internal readonly record struct ColumnShift(int Column, long Offset);
