using Pile.DuckDb;

namespace Pile.Layers;

/// <summary>Writes the rows that a scan has found, and those that are gone, as patches.</summary>
/// <param name="database">The database to work in.</param>
internal sealed class SourcePatches(LayerDatabase database)
{
    private const string Staged = "_pile_scanned";

    /// <summary>Writes a patch of files, which are in the order of their paths.</summary>
    /// <param name="files">The files.</param>
    /// <param name="folded">Receives the hashes of the paths without case and Unicode form, in order.</param>
    internal PatchDraft Write(IReadOnlyList<ScannedFile> files, Action<int, ulong> folded)
    {
        DuckDbConnection connection = database.Connection;
        List<(string Definition, DuckDbColumn Values)> columns = [($"{LayerPaths.ObjectId} VARCHAR", Text(files, f => f.Path)!)];
        List<string> items = [LayerPaths.ObjectId];
        Add(SourceFields.Size, "BIGINT", Numbers(files, f => f.SizeBytes, f => f.SizeBytes < 0));
        Add(SourceFields.Modified, "BIGINT", Numbers(files, f => f.ModifiedMicros ?? 0, f => f.ModifiedMicros is null));
        Add(SourceFields.ETag, "VARCHAR", Text(files, f => f.ETag));
        Add(SourceFields.MediaType, "VARCHAR", Text(files, f => f.MediaType));
        Add(SourceFields.Sha256, "VARCHAR", Text(files, f => f.Sha256));
        Add(SourceFields.Width, "INTEGER", Numbers(files, f => f.Size?.Width ?? 0, f => f.Size is null));
        Add(SourceFields.Height, "INTEGER", Numbers(files, f => f.Size?.Height ?? 0, f => f.Size is null));
        Add(SourceFields.Bands, "INTEGER", Numbers(files, f => f.Size?.Bands ?? 0, f => f.Size is null));
        Add(SourceFields.Sniffed, "BOOLEAN", Numbers(files, f => f.IsSniffed, f => !f.IsSniffed));
        Add(SourceFields.LfsPointer, "BOOLEAN", Numbers(files, f => f.IsLfsPointer, f => !f.IsLfsPointer));
        Add(SourceFields.Fault, "VARCHAR", Text(files, f => f.Fault));
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {Staged} ({string.Join(", ", columns.Select(c => c.Definition))})");
        using (DuckDbAppender appender = connection.Append(Staged))
        {
            appender.Append([.. columns.Select(c => c.Values)]);
            appender.Complete();
        }
        int next = 0;
        using (DuckDbResult result = connection.Query($"SELECT {KnownRows.FoldedSql(LayerPaths.ObjectId)} FROM {Staged}"))
            foreach (DuckDbChunk chunk in result.Chunks())
                foreach (ulong hash in chunk.Values<ulong>(0))
                    folded(next++, hash);
        return Copy($"SELECT {string.Join(", ", items)}") with { Fields = SourceFields.All };

        // A column without values is not staged: a scan that reads no file has few others.
        void Add(string name, string type, DuckDbColumn? values)
        {
            bool isTime = name == SourceFields.Modified;
            items.Add(values is null ? $"NULL::{(isTime ? "TIMESTAMP" : type)} AS {name}"
                : isTime ? $"make_timestamp({name}) AS {name}" : name);
            if (values is not null)
                columns.Add(($"{name} {type}", values));
        }
    }

    /// <summary>Writes a patch of the rows that are removed, which are in the order of their paths.</summary>
    internal PatchDraft WriteRemoved(IReadOnlyList<string> paths)
    {
        database.Connection.Execute($"CREATE OR REPLACE TEMP TABLE {Staged} (object_id VARCHAR)");
        using (DuckDbAppender appender = database.Connection.Append(Staged))
        {
            appender.Append(DuckDbColumn.Text(paths));
            appender.Complete();
        }
        return Copy("SELECT *");
    }

    private PatchDraft Copy(string select)
    {
        string path = database.NewFile();
        long rows = database.Connection.Execute($"COPY ({select} FROM {Staged}) TO {DuckDbSql.Literal(path)} (FORMAT parquet)");
        PatchDraft patch = PatchStage.Of(path, rows, []);
        database.Connection.Execute($"DROP TABLE {Staged}");
        return patch;
    }

    private static DuckDbColumn? Text(IReadOnlyList<ScannedFile> files, Func<ScannedFile, string?> value)
    {
        string?[]? texts = null;
        for (int i = 0; i < files.Count; i++)
            if (value(files[i]) is { } text)
                (texts ??= new string?[files.Count])[i] = text;
        return texts is null ? null : DuckDbColumn.Text(texts);
    }

    private static DuckDbColumn? Numbers<T>(IReadOnlyList<ScannedFile> files, Func<ScannedFile, T> value, Func<ScannedFile, bool> isMissing)
        where T : unmanaged
    {
        T[]? values = null;
        bool[]? isNull = null;
        for (int i = 0; i < files.Count; i++)
            if (isMissing(files[i]))
                (isNull ??= new bool[files.Count])[i] = true;
            else
                (values ??= new T[files.Count])[i] = value(files[i]);
        return values is null ? null : DuckDbColumn.Of<T>(values, isNull);
    }
}
