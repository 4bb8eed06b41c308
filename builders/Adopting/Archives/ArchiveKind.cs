namespace Pile.Adopting;

/// <summary>What the files of an archive are.</summary>
internal enum ArchiveKind
{
    /// <summary>Files of any kind: each is a row.</summary>
    Files,

    /// <summary>Tar archives: each member is a row.</summary>
    Tar,

    /// <summary>HDF5 files, which contain rows.</summary>
    Hdf5,
}
