using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Reads the rows of one table into the columns of a unit.</summary>
internal sealed class TableColumns
{
    private readonly ForeignFile file;
    private readonly BatchBuilder builder;
    private readonly UnitFindings findings;
    private readonly ArchivePlan plan;
    private readonly string path;
    private readonly (SourceField Field, RowBuffer Rows, RowCompanions? Companions, PieceLocator? Locator)?[] columns;

    internal TableColumns(ForeignFile file, TablePlace table, ArchivePlan plan, Dictionary<string, int> columnOf, BatchBuilder builder,
        UnitFindings findings, string path, PieceChecksums? checksums)
    {
        (this.file, this.plan, this.builder, this.findings, this.path) = (file, plan, builder, findings, path);
        columns = new (SourceField, RowBuffer, RowCompanions?, PieceLocator?)?[plan.Columns.Length];
        Dictionary<ForeignDataset, RowBuffer> buffers = [];
        foreach ((SourceField field, ForeignDataset dataset) in FieldLists.OfTable(file, table, readsAttributes: false))
        {
            if (!columnOf.TryGetValue(field.Name, out int i) || !ColumnFit.Fits(plan.Columns[i], field))
                continue;
            if (!buffers.TryGetValue(dataset, out RowBuffer? rows))
                buffers.Add(dataset, rows = new(dataset));
            bool isReference = plan.Columns[i].IsReference;
            columns[i] = (field, rows, RowCompanions.Of(field), isReference ? new(dataset, field, hasRows: true, checksums) : null);
            RowBytes += isReference ? 24 * Math.Max(dataset.ChunksPerRow, 2) : Math.Max(field.ElementsPerRow * field.Type.Element.Bytes, 8);
            if (!isReference && field.IsMember)
                RowBytes += dataset.RowBytes / Math.Max(dataset.Type.Members.Length, 1);
        }
        RowBytes += 64;
    }

    /// <summary>The size of a row in memory, roughly.</summary>
    internal long RowBytes { get; }

    /// <summary>Adds rows.</summary>
    /// <exception cref="Hdf5Exception">The values or the index of chunks are corrupt.</exception>
    internal void Add(long firstRow, int rowCount, int number)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i] is not { } column)
            {
                for (int row = 0; row < rowCount; row++)
                {
                    builder.Lights[i]?.AddNull();
                    builder.References[i]?.AddNull(number);
                }
                continue;
            }
            if (column.Locator is { } locator)
            {
                column.Companions?.Read(firstRow, rowCount);
                locator.Locate(firstRow, rowCount, number, builder.References[i]!, column.Companions);
                if (locator.TakeUnwritten() is > 0 and var unwritten)
                    findings.Add(ColumnFit.Unwritten(plan.Columns[i]), $"{path}/{column.Field.Place}, rows {firstRow} and later",
                        unwritten);
                continue;
            }
            AddLight(column.Field, column.Rows, column.Companions, firstRow, rowCount, 0, builder.Lights[i]!);
            if (builder.Lights[i]!.TakeLatinTexts() is > 0 and var latin)
                findings.Add(ColumnFit.Latin(plan.Columns[i]), $"{path}/{column.Field.Place}, rows {firstRow} and later", latin);
        }
    }

    /// <summary>Adds rows of a light column. Of damaged values, it finds the rows.</summary>
    private void AddLight(SourceField field, RowBuffer rows, RowCompanions? companions, long firstRow, int rowCount, int rowsBefore,
        LightBuilder into)
    {
        try
        {
            FieldValues.AddRows(file, field, rows, companions, firstRow, rowCount, into);
            for (long row = firstRow; companions is not null && row < firstRow + rowCount; row++)
                if (companions.FaultAt(row) is { } fault)
                    builder.AddDamaged(new(path, row, null), 1, rowsBefore + (int)(row - firstRow), fault, RowCompanions.Remedy);
        }
        catch (Hdf5Exception e) // before a row was added
        {
            bool isOneChunk = field.Type.Kind is not FieldKind.VariableText
                && firstRow / rows.RowsPerChunk == (firstRow + rowCount - 1) / rows.RowsPerChunk;
            if (rowCount is 1 || isOneChunk)
            {
                builder.AddDamaged(new(path, firstRow, null), rowCount, rowsBefore, $"'{e.Item ?? field.Path}': {e.Finding.TrimEnd('.')}");
                for (int row = 0; row < rowCount; row++)
                    into.AddNull();
                return;
            }
            int half = rowCount / 2;
            AddLight(field, rows, companions, firstRow, half, rowsBefore, into);
            AddLight(field, rows, companions, firstRow + half, rowCount - half, rowsBefore + half, into);
        }
    }
}
