using Pile.Format;
using Pile.Hdf5;
using Pile.Reading;

namespace Pile.Review;

/// <summary>S002: a shard has exactly the datasets of the manifest, in their layout.</summary>
internal sealed class ShardSchema(DatasetUnderReview dataset, DatasetFile shard)
{
    /// <summary>Checks all datasets of a shard.</summary>
    /// <returns>The correct datasets, usable while the file is open.</returns>
    internal ShardDatasets Check(Hdf5File file)
    {
        ShardDatasets correct = new();
        try
        {
            HashSet<string> expected = new(StringComparer.Ordinal);
            foreach (ColumnSchema column in dataset.Manifest.Columns)
            {
                Check(file, column, column.Name, expected, correct);
                if (column.Nullable)
                    Check(file, IsNullColumn(column), column.Name, expected, correct);
            }
            foreach (string name in file.Names)
                if (!expected.Contains(name))
                    Wrong($"expected no dataset '{name}', as the manifest has no such column; found one", ColumnNames.FromHdf5(name));
            ShardAttributeCheck.CheckFile(dataset, shard, file);
        }
        catch (Hdf5Exception e)
        {
            Wrong($"expected a root group with the datasets of the manifest: {e.Finding}", null);
        }
        return correct;
    }

    private void Check(Hdf5File file, ColumnSchema column, string owner, HashSet<string> expected, ShardDatasets correct)
    {
        string name = ColumnNames.ToHdf5(column.Name);
        if (!expected.Add(name))
            return; // two columns with the same name are an error of the manifest
        try
        {
            if (!file.Contains(name))
            {
                Wrong($"expected the dataset '{name}', found none", owner);
                return;
            }
            Hdf5Dataset found = file.OpenDataset(name);
            bool isCorrect = CheckType(column, found, owner) & CheckShape(column, found, owner) & CheckLayout(column, found, owner);
            if (column.Name == owner)
                ShardAttributeCheck.CheckColumn(dataset, shard, column, found);
            if (isCorrect)
                correct.Add(column.Name, found);
        }
        catch (Hdf5Exception e)
        {
            Wrong($"expected a dataset that can be read: {e.Finding}", owner);
        }
    }

    private bool CheckType(ColumnSchema column, Hdf5Dataset found, string owner)
    {
        if (found.DType != column.DType)
            return Wrong($"expected {column.DType.Name()} in '{found.Path}', found {found.DType.Name()}", owner);
        return column.DType != DType.String || found.Type.StoredBytes == column.StringBytes
            || Wrong($"expected texts of {column.StringBytes} bytes in '{found.Path}', found {found.Type.StoredBytes}", owner);
    }

    private bool CheckShape(ColumnSchema column, Hdf5Dataset found, string owner)
    {
        bool fits = found.Shape.Count == column.Shape.Length + 1 && found.Shape[0] == shard.Rows;
        for (int axis = 0; fits && axis < column.Shape.Length; axis++)
            fits = column.Shape[axis] == ColumnSchema.Ragged || found.Shape[axis + 1] == column.Shape[axis];
        return fits || Wrong("expected the shape "
            + $"[{shard.Rows}{string.Concat(column.Shape.Select(n => n == ColumnSchema.Ragged ? ", any" : $", {n}"))}] of '{found.Path}', "
            + $"found [{string.Join(", ", found.Shape)}]", owner);
    }

    private bool CheckLayout(ColumnSchema column, Hdf5Dataset found, string owner)
    {
        if (column.Storage == ColumnStorage.Light || found.ElementsPerRow == 0)
            return found.IsContiguous || (column.IsRagged && found.HasRowChunks && found.Codec == PieceCodec.Deflate
                    && dataset.Manifest.FormatVersion.Minor >= FormatVersion.OfCompressedLists.Minor)
                || Wrong($"expected '{found.Path}' to be contiguous, found chunks or a compact layout", owner);
        if (found.ChunkShape.Count == 0 || found.ChunkShape[0] != 1)
            return Wrong($"expected one row in a chunk of '{found.Path}', found "
                + $"{(found.ChunkShape.Count == 0 ? "no chunks" : $"chunks [{string.Join(", ", found.ChunkShape)}]")}", owner);
        return found.Codec == column.Codec
            || Wrong($"expected the codec {column.Codec} of '{found.Path}', found {found.Codec}", owner);
    }

    private static ColumnSchema IsNullColumn(ColumnSchema column) =>
        new() { Name = ColumnNames.IsNull(column.Name), DType = DType.Bool, Role = column.Role };

    private bool Wrong(string message, string? column)
    {
        dataset.Log.Error(FindingCodes.ShardSchemaMismatch, shard.Path, message, column: column);
        return false;
    }
}
