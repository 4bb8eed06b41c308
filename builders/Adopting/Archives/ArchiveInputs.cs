using System.Collections.Immutable;
using Pile.Format;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>The places that the user named, and the kind of their files.</summary>
internal sealed class ArchiveInputs
{
    private static readonly string[] Hdf5Endings = [".hdf5", ".h5", ".hdf", ".he5", ".nc", ".nc4"],
        NotesEndings = [".md", ".txt", ".json", ".yaml", ".yml", ".py", ".html", ".csv"];

    private static readonly string[] CompressedTars = [".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"];

    private ArchiveInputs(ImmutableArray<ArchiveInput> inputs, ArchiveKind kind, long notes) =>
        (Inputs, Kind, Notes) = (inputs, kind, notes);

    /// <summary>The places; those of HDF5 files are one.</summary>
    internal ImmutableArray<ArchiveInput> Inputs { get; }

    /// <summary>The kind of the files.</summary>
    internal ArchiveKind Kind { get; }

    /// <summary>The number of files of other kinds beside HDF5 files or tar archives, which are not adopted; 0 if the kind was
    /// given.</summary>
    internal long Notes { get; }

    /// <summary>Where each address of the dataset is.</summary>
    internal IReadOnlyDictionary<string, string> Mounts => Inputs.ToDictionary(i => i.Root.Uri,
        i => i.Root.Store.Traits.IsLocal ? i.Root.Store.LocalRoot : i.Root.Store.Address.TrimEnd('/'), StringComparer.Ordinal);

    /// <summary>Finds the places, and judges the kind of the files by their names.</summary>
    /// <param name="arguments">Folders, files and addresses.</param>
    /// <param name="kind">The kind; null to judge it.</param>
    /// <param name="cancellationToken">Cancels the listing of a remote place.</param>
    /// <exception cref="ArgumentException">A place does not exist, or the files are of several kinds.</exception>
    internal static async Task<ArchiveInputs> OfAsync(IReadOnlyList<string> arguments, ArchiveKind? kind,
        CancellationToken cancellationToken)
    {
        List<(string Place, string? File)> places = [.. arguments.Select(PlaceOf)];
        HashSet<ArchiveKind> kinds = [];
        long notes = 0;
        foreach ((string place, string? file) in kind is null ? places : [])
        {
            if (file is not null && HasEnding(file, CompressedTars))
                throw new ArgumentException($"'{file}' is a compressed archive, whose members cannot be read at random. Decompress it first"
                    + (FileStore.IsRemote(place) ? "." : "; or adopt the file as it is, as one row, with --as files."), nameof(arguments));
            if (file is not null)
                kinds.Add(KindOf(file));
            else
            {
                (ArchiveKind ofPlace, long others) = await KindOfAllAsync(FileStore.For(place), cancellationToken).ConfigureAwait(false);
                kinds.Add(ofPlace);
                notes += others;
            }
        }
        if (kinds.Count > 1)
            throw new ArgumentException($"{string.Join(", ", arguments)}: these are {string.Join(" and ", kinds.Order())}. Adopt them as "
                + "separate datasets, or say what they are with --as.", nameof(arguments));
        ArchiveKind judged = kind ?? kinds.Single();
        if (judged == ArchiveKind.Hdf5)
            places = InOnePlace(places);
        return new ArchiveInputs(Roots(places), judged, notes);
    }

    /// <summary>Lists the HDF5 files of the place, without those of the excluded folders.</summary>
    /// <exception cref="ArgumentException">It has no such file.</exception>
    internal async Task<IReadOnlyList<StoredFile>> Hdf5FilesAsync(IReadOnlySet<string> excluded, CancellationToken cancellationToken)
    {
        (ArchiveRoot root, IReadOnlyList<string> named) = Inputs[0];
        List<StoredFile> files = [];
        foreach (string name in named.Count == 0 ? [""] : named)
        {
            // A name without an ending of HDF5 is a folder among several places.
            if (name.Length > 0 && await root.Store.FindAsync(name, cancellationToken).ConfigureAwait(false) is { Bytes: { } bytes })
            {
                files.Add(new StoredFile(name, bytes));
                continue;
            }
            await foreach (StoredFile file in root.Store.ListAsync(name.Length == 0 ? "" : name + "/", cancellationToken)
                .ConfigureAwait(false))
                if (KindOf(file.Path) == ArchiveKind.Hdf5 && !IsHidden(file.Path) && !IsBelow(excluded, root, file.Path))
                    files.Add(file);
        }
        return files.Count > 0 ? files
            : throw new ArgumentException($"'{root.Store.Address}' has no HDF5 files ({string.Join(", ", Hdf5Endings)}).");
    }

    /// <summary>Lists the tar archives of the places.</summary>
    /// <exception cref="ArgumentException">A place has none.</exception>
    internal async Task<IReadOnlyList<TarSource>> TarsAsync(CancellationToken cancellationToken)
    {
        List<TarSource> tars = [];
        foreach ((ArchiveRoot root, IReadOnlyList<string> named) in Inputs)
        {
            tars.AddRange(named.Select(name => new TarSource(root, name)));
            int before = tars.Count;
            if (named.Count == 0)
                await foreach (StoredFile file in root.Store.ListAsync("", cancellationToken).ConfigureAwait(false))
                    if (KindOf(file.Path) == ArchiveKind.Tar && !IsHidden(file.Path))
                        tars.Add(new TarSource(root, file.Path));
            if (named.Count == 0 && tars.Count == before)
                throw new ArgumentException($"'{root.Store.Address}' has no tar archives (.tar).");
        }
        return tars;
    }

    private static (string Place, string? File) PlaceOf(string argument)
    {
        if (FileStore.IsRemote(argument))
        {
            string address = argument.TrimEnd('/');
            return KindOf(address) == ArchiveKind.Files && !HasEnding(address, CompressedTars) ? (address, null)
                : (address[..address.LastIndexOf('/')], FileStore.NameOf(address));
        }
        string full = Path.GetFullPath(argument);
        return Directory.Exists(full) ? (Path.TrimEndingDirectorySeparator(full), null)
            : ExistingPath.IsFile(full) ? (Path.GetDirectoryName(full)!, Path.GetFileName(full))
            : throw new ArgumentException($"'{argument}' does not exist.", nameof(argument));
    }

    private static ArchiveKind KindOf(ReadOnlySpan<char> name) => name.EndsWith(".tar", StringComparison.OrdinalIgnoreCase)
        ? ArchiveKind.Tar : HasEnding(name, Hdf5Endings) ? ArchiveKind.Hdf5 : ArchiveKind.Files;

    private static bool HasEnding(ReadOnlySpan<char> name, string[] endings)
    {
        foreach (string ending in endings)
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>Judges the kind of a folder's files: that of all of them, apart from notes beside the data, which are counted.</summary>
    /// <exception cref="ArgumentException">A remote place has no files.</exception>
    private static async Task<(ArchiveKind Kind, long Notes)> KindOfAllAsync(IFileStore store, CancellationToken cancellationToken)
    {
        KindOfFiles judged = new();
        if (store.Traits.IsLocal)
            JudgeFolder(store.LocalRoot, judged, cancellationToken);
        else
            await foreach (StoredFile file in store.ListAsync("", cancellationToken).ConfigureAwait(false))
                if (!judged.Add(file.Path))
                    break;
        return judged.Kind is { } kind ? (kind, judged.Notes) : judged.Notes > 0 || store.Traits.IsLocal ? (ArchiveKind.Files, 0)
            : throw new ArgumentException($"There are no files below '{store.Address}'. Check the address.", nameof(store));
    }

    // A store sorts its list, which takes long for a folder of a million files; here any order will do.
    private static void JudgeFolder(string root, KindOfFiles judged, CancellationToken cancellationToken)
    {
        if (Add(Directory.EnumerateFiles(root)))
            Parallel.ForEach(Directory.EnumerateDirectories(root), new ParallelOptions { CancellationToken = cancellationToken },
                (folder, loop) =>
                {
                    if (!Add(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)))
                        loop.Stop();
                });

        bool Add(IEnumerable<string> paths) => paths.All(path => judged.Add(path.AsSpan(root.Length)));
    }

    private static bool IsHidden(ReadOnlySpan<char> path) => path.StartsWith('.') || path.Contains("/.", StringComparison.Ordinal);

    private static bool IsBelow(IReadOnlySet<string> folders, ArchiveRoot root, string path) => root.Store.Traits.IsLocal
        && folders.Any(folder => Path.Combine(root.Store.LocalRoot, path).StartsWith(folder + '/', StringComparison.Ordinal));

    /// <summary>Returns the folder that contains all places, and the places as names below it.</summary>
    private static List<(string Place, string? File)> InOnePlace(List<(string Place, string? File)> places)
    {
        string common = places[0].Place;
        while (!places.TrueForAll(p => p.Place == common || p.Place.StartsWith(common + '/', StringComparison.Ordinal)))
            common = common.LastIndexOf('/') is > 0 and var end ? common[..end] : throw Apart(places);
        if (common.EndsWith('/')) // only a scheme
            throw Apart(places);
        return places.Count == 1 ? places : [.. places.Select(p => (common, NameBelow(common, p.Place, p.File)))];
    }

    private static string? NameBelow(string common, string place, string? file)
    {
        string folder = place == common ? "" : place[(common.Length + 1)..];
        return folder.Length == 0 ? file : file is null ? folder : $"{folder}/{file}";
    }

    private static ArgumentException Apart(List<(string Place, string? File)> places) =>
        new($"{string.Join(", ", places.Select(p => $"'{p.Place}'").Distinct())} have no folder in common. Adopt them as separate "
            + "datasets.");

    private static ImmutableArray<ArchiveInput> Roots(List<(string Place, string? File)> places)
    {
        IGrouping<string, string?>[] groups = [.. places.GroupBy(p => p.Place, p => p.File, StringComparer.Ordinal)];
        string[] names = RootNames.Of([.. groups.Select(g => NameOf(g.Key))]);
        return [.. groups.Select((group, i) => new ArchiveInput(
            new ArchiveRoot(FileStore.IsRemote(group.Key) ? SourceUri.Plain(group.Key) : $"mount://{names[i]}", FileStore.For(group.Key)),
            group.Contains(null) ? [] : [.. group.Select(file => file!).Distinct(StringComparer.Ordinal)]))];
    }

    private static string NameOf(string place)
    {
        string name = place[(place.LastIndexOf('/') + 1)..].Replace('@', '_').Replace('\\', '_');
        return name.Length > 0 ? name : "root";
    }

    /// <summary>The common kind of some files. Safe for concurrent use.</summary>
    private sealed class KindOfFiles
    {
        private int kind = -1;
        private long notes;

        /// <summary>The kind of all files apart from notes; null without any.</summary>
        internal ArchiveKind? Kind => kind < 0 ? null : (ArchiveKind)kind;

        /// <summary>The number of notes, unless all files are of the dataset.</summary>
        internal long Notes => Kind == ArchiveKind.Files ? 0 : notes;

        /// <summary>Adds a file.</summary>
        /// <returns>False if further files do not matter.</returns>
        internal bool Add(ReadOnlySpan<char> path)
        {
            if (IsHidden(path))
                return true;
            if (HasEnding(path, NotesEndings))
            {
                Interlocked.Increment(ref notes);
                return true;
            }
            int own = (int)KindOf(path), before = Interlocked.CompareExchange(ref kind, own, -1);
            if (own != (int)ArchiveKind.Files && (before < 0 || before == own))
                return true;
            Volatile.Write(ref kind, (int)ArchiveKind.Files);
            return false;
        }
    }
}
