using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Reads objects into the columns of a unit.</summary>
internal sealed class ObjectColumns(ForeignFile file, ArchivePlan plan, Dictionary<string, int> columnOf, BatchBuilder builder,
    UnitFindings findings, string path, PieceChecksums? checksums)
{
    private readonly bool[] isAdded = new bool[plan.Columns.Length];

    /// <summary>Adds an object.</summary>
    /// <param name="parts">The object.</param>
    /// <param name="number">The number of the file.</param>
    /// <param name="row">The number of the object in the file.</param>
    /// <exception cref="Hdf5Exception">Values or an index of chunks are corrupt.</exception>
    internal void Add(ObjectParts parts, int number, long row)
    {
        Array.Clear(isAdded);
        foreach ((SourceField field, ForeignDataset? dataset) in FieldLists.OfObject(parts, readsAttributes: false))
        {
            if (!columnOf.TryGetValue(field.Name, out int i) || !ColumnFit.Fits(plan.Columns[i], field))
                continue;
            isAdded[i] = true;
            if (plan.Columns[i].IsReference)
            {
                PieceLocator locator = new(dataset!, field, hasRows: false, checksums);
                locator.Locate(0, 1, number, builder.References[i]!);
                if (locator.TakeUnwritten() > 0)
                    findings.Add(ColumnFit.Unwritten(plan.Columns[i]), $"{path}/{field.Place}");
                continue;
            }
            try
            {
                FieldValues.AddObject(file, field, dataset, builder.Lights[i]!);
            }
            catch (Hdf5Exception e) // before the row was added
            {
                builder.AddDamaged(new(path, row, parts.Path), 1, builder.RowCount, $"'{e.Item ?? field.Path}': {e.Finding.TrimEnd('.')}");
                builder.Lights[i]!.AddNull();
            }
            if (builder.Lights[i]!.TakeLatinTexts() is > 0 and var latin)
                findings.Add(ColumnFit.Latin(plan.Columns[i]), $"{path}/{field.Place}", latin);
        }
        for (int i = 0; i < isAdded.Length; i++)
            if (!isAdded[i])
            {
                builder.Lights[i]?.AddNull();
                builder.References[i]?.AddNull(number);
            }
    }
}
