using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;
using Pile.Writing.Tests;

namespace Pile.Review.Tests.Validation;

/// <summary>A copy of a dataset that a test may damage, and whose sizes and checksums it can update.</summary>
internal sealed class MutableDataset : IDisposable
{
    private readonly TemporaryFolder folder = new();

    internal MutableDataset(string original)
    {
        Directory.CreateDirectory(Path);
        Copy(original, Path);
    }

    internal string Path => folder["dataset"];

    internal string this[string path] => System.IO.Path.Combine(Path, path);

    public void Dispose() => folder.Dispose();

    internal static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = System.IO.Path.Combine(to, System.IO.Path.GetRelativePath(from, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    /// <summary>All files, with <c>/</c> between names, in ordinal order.</summary>
    internal string[] Files() => [.. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
        .Select(f => System.IO.Path.GetRelativePath(Path, f)).Order(StringComparer.Ordinal)];

    /// <summary>Returns the path of a shard by its number.</summary>
    internal string Shard(int source) => SqlRows.Of($"SELECT path FROM {Parquet("files.parquet")} WHERE source = {source}")[0][0]!;

    /// <summary>Returns the path of a tile by its number, in NESTED order.</summary>
    internal string Tile(int number) => SqlRows.Of($"SELECT path FROM {Parquet("files.parquet")} WHERE kind = 'index'")[number][0]!;

    internal void Delete(string path) => File.Delete(this[path]);

    internal void Edit(string path, string from, string to)
    {
        string text = File.ReadAllText(this[path]), edited = text.Replace(from, to, StringComparison.Ordinal);
        Assert.True(text != edited, $"'{from}' is not in {path}");
        File.WriteAllText(this[path], edited);
    }

    /// <summary>Edits the manifest and updates its checksum.</summary>
    internal void EditManifest(string from, string to)
    {
        Edit(DatasetPaths.Manifest, from, to);
        File.WriteAllText(this[DatasetPaths.Manifest], ManifestSeal.Of(File.ReadAllText(this[DatasetPaths.Manifest])));
    }

    /// <summary>Converts the dataset to an older one: README.md is not listed, and the manifest has no checksum.</summary>
    internal void MakeOlder()
    {
        RewriteList("SELECT * FROM tile WHERE path <> 'README.md'");
        File.WriteAllText(this[DatasetPaths.Manifest], ManifestSeal.Without(File.ReadAllText(this[DatasetPaths.Manifest])));
    }

    internal void FlipByte(string path, long offset)
    {
        using FileStream file = File.Open(this[path], FileMode.Open);
        file.Position = offset;
        int value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 0xFF));
    }

    internal void Truncate(string path, double part)
    {
        using FileStream file = File.Open(this[path], FileMode.Open);
        file.SetLength((long)(file.Length * part));
    }

    internal void Append(string path, byte value = 0)
    {
        using FileStream file = File.Open(this[path], FileMode.Append);
        file.WriteByte(value);
    }

    /// <summary>Rewrites a tile: in the SQL <c>tile</c> is the old tile, with the rows' numbers as <c>file_row_number</c>.</summary>
    internal void RewriteTile(string path, string select) => Rewrite(path, $"SELECT * EXCLUDE (file_row_number) FROM ({select})");

    /// <summary>Rewrites the list of files: in the SQL <c>tile</c> is the old list.</summary>
    internal void RewriteList(string select)
    {
        Rewrite(DatasetPaths.Files, select);
        SealManifest();
    }

    /// <summary>Changes a shard with h5py: <c>f</c> is the open file.</summary>
    internal void EditShard(string path, string python) =>
        Python.Run($"import sys, h5py, numpy as np\nwith h5py.File(sys.argv[1], 'r+') as f:\n    {python.ReplaceLineEndings("\n    ")}\n",
            this[path]);

    /// <summary>Updates all sizes and checksums, so that a test finds errors in the contents only.</summary>
    internal void Seal()
    {
        List<string?[]> lines = SqlRows.Of($"SELECT path, kind FROM {Parquet("files.parquet")}");
        string[] now = [.. lines.Where(l => l[1] != "source" && File.Exists(this[l[0]!]))
            .Select(l => $"({DuckDbSql.Literal(l[0]!)}, {new FileInfo(this[l[0]!]).Length}, '{Sha256(l[0]!)}')")];
        Rewrite(DatasetPaths.Files,
            "SELECT path, kind, source, rows, coalesce(now.bytes, l.bytes)::BIGINT AS bytes, coalesce(now.sha256, l.sha256) AS sha256 "
            + $"FROM (SELECT *, row_number() OVER () AS place FROM tile) l LEFT JOIN (VALUES {string.Join(", ", now)}) AS now(path, bytes, "
            + "sha256) USING (path) ORDER BY place");
        SealManifest();
    }

    /// <summary>Updates the checksum of the list and the sum of bytes in the manifest.</summary>
    internal void SealManifest()
    {
        string[] lines = File.ReadAllLines(this[DatasetPaths.Manifest]);
        for (int i = 0; i < lines.Length; i++)
            if (lines[i].TrimStart().StartsWith("sha256:", StringComparison.Ordinal))
                lines[i] = $"{lines[i][..lines[i].IndexOf(':', StringComparison.Ordinal)]}: {Sha256(DatasetPaths.Files)}";
            else if (lines[i].StartsWith("bytes:", StringComparison.Ordinal))
                lines[i] = "bytes: "
                    + SqlRows.Of($"SELECT sum(bytes)::BIGINT FROM {Parquet("files.parquet")} WHERE kind <> 'source'")[0][0];
        File.WriteAllText(this[DatasetPaths.Manifest], ManifestSeal.Of(string.Join('\n', lines) + "\n"));
    }

    internal string Parquet(string path) => $"read_parquet({DuckDbSql.Literal(this[path])}, hive_partitioning = false)";

    internal string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(this[path])));

    private void Rewrite(string path, string select)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        string numbered = path == DatasetPaths.Files ? "" : ", file_row_number = true";
        connection.Execute($"CREATE TABLE tile AS SELECT * FROM read_parquet({DuckDbSql.Literal(this[path])}, hive_partitioning = "
            + $"false{numbered}); COPY ({select}) TO {DuckDbSql.Literal(this[path])} (FORMAT parquet, COMPRESSION zstd)");
    }
}
