using Pile.Tables;

namespace Pile.Adopting;

/// <summary>Options for adopting HDF5 files.</summary>
internal sealed record Hdf5Options
{
    /// <summary>The medium of wavelengths if neither the files nor the caller state it. Most surveys publish wavelengths in
    /// vacuum.</summary>
    internal const string AssumedMedium = "vacuum";

    /// <summary>The modality; null to choose it by the names of the columns, otherwise <c>catalogue</c>.</summary>
    internal string? Modality { get; init; }

    /// <summary>The columns of positions and ids, by their names in the files, and the unit and frame of the positions. Without a named id,
    /// the column with a usual name is used, otherwise the name of the group or file, or the number of the row.</summary>
    internal PositionOptions Positions { get; init; } = new();

    /// <summary><c>vacuum</c> or <c>air</c>, for wavelengths; null to assume <see cref="AssumedMedium"/>, with a finding.</summary>
    internal string? SpectralMedium { get; init; }

    /// <summary>The time scale, as FITS names it; null if it is unknown. Light curves then are a catalogue.</summary>
    internal string? TimeScale { get; init; }

    /// <summary>True to skip files that cannot be read, and rows without a valid position, with texts that contain NUL or, with
    /// checksums, with damaged pieces; false (the default) to stop at the first.</summary>
    internal bool SkipsBadFiles { get; init; }

    /// <summary>The number of files that are read in parallel while the archive is opened; 0 for the number of processors.</summary>
    internal int Parallelism { get; init; }
}
