namespace Pile.Storage;

/// <summary>What an entry of a folder is.</summary>
internal enum EntryKind : byte
{
    /// <summary>There is no such entry.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, a socket or a device.</summary>
    Special,
}
