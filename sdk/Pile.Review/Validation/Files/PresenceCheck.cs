using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>F002, F003, F005: the files on disk are those of the list, with their listed lengths.</summary>
internal static class PresenceCheck
{
    internal static void Check(DatasetUnderReview dataset)
    {
        HashSet<string> listed = new(StringComparer.Ordinal) { DatasetPaths.Manifest, DatasetPaths.Files, DatasetPaths.Readme };
        foreach (DatasetFile file in dataset.Files.Where(f => f.Kind != DatasetFileKind.Source))
        {
            listed.Add(file.Path);
            long found = dataset.Disk.BytesOf(file.Path);
            if (found < 0 && !dataset.Disk.IsOutside(file.Path) && !dataset.Disk.IsUnknown(file.Path))
                dataset.Log.Error(FindingCodes.FileMissing, file.Path, $"expected a file of {file.Bytes} bytes, found none");
            else if (found >= 0 && found != file.Bytes)
                dataset.Log.Error(FindingCodes.FileSizeMismatch, file.Path, $"expected {file.Bytes} bytes, found {found}");
        }
        foreach (string path in dataset.Disk.Paths)
            if (!listed.Contains(path))
                dataset.Log.Warning(FindingCodes.FileUnlisted, path,
                    $"expected only files that '{DatasetPaths.Files}' lists, found this one");
    }
}
