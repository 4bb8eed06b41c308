using Pile.Storage;

namespace Pile.Reading;

/// <summary>The numbered files that contain the pieces of rows: the shards of a dataset, or files outside it. Thread-safe.</summary>
internal interface IPieceSources
{
    /// <summary>The cost of reads.</summary>
    StoreTraits Traits { get; }

    /// <summary>The number of files.</summary>
    int Count { get; }

    /// <summary>Returns the path or address of a file for messages.</summary>
    string PathOf(int source);

    /// <summary>Returns the recorded size of a file.</summary>
    long BytesOf(int source);

    /// <summary>Opens a file, and checks that it is the recorded one.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is another one than recorded. A remote store reports this at the first
    /// read.</exception>
    IRandomAccessFile Open(int source);
}
