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
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {Staged} (object_id VARCHAR, size BIGINT, modified BIGINT, etag VARCHAR, "
            + "media_type VARCHAR, sha256 VARCHAR, width INTEGER, height INTEGER, bands INTEGER, sniffed BOOLEAN, lfs_pointer BOOLEAN, "
            + "fault VARCHAR)");
        using (DuckDbAppender appender = connection.Append(Staged))
        {
            appender.Append(Text(files, f => f.Path), Numbers(files, f => f.SizeBytes, _ => false),
                Numbers(files, f => f.ModifiedMicros ?? 0, f => f.ModifiedMicros is null), Text(files, f => f.ETag),
                Text(files, f => f.MediaType), Text(files, f => f.Sha256), Numbers(files, f => f.Size?.Width ?? 0, f => f.Size is null),
                Numbers(files, f => f.Size?.Height ?? 0, f => f.Size is null), Numbers(files, f => f.Size?.Bands ?? 0, f => f.Size is null),
                Numbers(files, f => f.IsSniffed, f => !f.IsSniffed), Numbers(files, f => f.IsLfsPointer, f => !f.IsLfsPointer),
                Text(files, f => f.Fault));
            appender.Complete();
        }
        int next = 0;
        using (DuckDbResult result = connection.Query($"SELECT {KnownRows.FoldedSql(LayerPaths.ObjectId)} FROM {Staged}"))
            foreach (DuckDbChunk chunk in result.Chunks())
                foreach (ulong hash in chunk.Values<ulong>(0))
                    folded(next++, hash);
        return Copy("SELECT * REPLACE (make_timestamp(modified) AS modified)") with { Fields = SourceFields.All };
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

    private static DuckDbColumn Text(IReadOnlyList<ScannedFile> files, Func<ScannedFile, string?> value)
    {
        string?[] texts = new string?[files.Count];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = value(files[i]);
        return DuckDbColumn.Text(texts);
    }

    private static DuckDbColumn Numbers<T>(IReadOnlyList<ScannedFile> files, Func<ScannedFile, T> value, Func<ScannedFile, bool> isMissing)
        where T : unmanaged
    {
        T[] values = new T[files.Count];
        bool[] isNull = new bool[files.Count];
        for (int i = 0; i < values.Length; i++)
            (values[i], isNull[i]) = (value(files[i]), isMissing(files[i]));
        return DuckDbColumn.Of<T>(values, isNull);
    }
}
