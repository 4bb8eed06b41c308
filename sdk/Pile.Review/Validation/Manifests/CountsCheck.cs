using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>M003: the manifest's totals agree with the list of files.</summary>
internal static class CountsCheck
{
    internal static void Check(DatasetUnderReview dataset)
    {
        Manifest manifest = dataset.Manifest;
        if (!manifest.IsIndexOnly)
            Compare("rows", manifest.Rows, Sum(DatasetFileKind.Shard, f => f.Rows), "the shards have");
        Compare("rows", manifest.Rows, Sum(DatasetFileKind.Index, f => f.Rows), "the tiles of the index have");
        Compare("shards", manifest.Shards, Sum(DatasetFileKind.Shard, _ => 1), "the list has");
        Compare("bytes", manifest.Bytes, dataset.Files.Where(f => f.Kind != DatasetFileKind.Source).Aggregate((Int128)0,
            (sum, f) => sum + f.Bytes), "the files of the list have");

        Int128 Sum(DatasetFileKind kind, Func<DatasetFile, long> of) =>
            dataset.Files.Where(f => f.Kind == kind).Aggregate((Int128)0, (sum, f) => sum + Math.Max(of(f), 0));

        void Compare(string key, Int128 expected, Int128 found, string who)
        {
            if (expected != found)
                dataset.Log.Error(FindingCodes.CountMismatch, DatasetPaths.Manifest, $"'{key}': expected {expected}, {who} {found}");
        }
    }
}
