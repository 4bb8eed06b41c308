namespace Pile.Storage;

/// <summary>Why a store did not do what it was asked.</summary>
public enum StoreFault
{
    /// <summary>The credentials are missing, wrong, or not enough.</summary>
    Denied,

    /// <summary>There is no such bucket or server name. A file that is missing is a <see cref="FileNotFoundException"/>.</summary>
    NotFound,

    /// <summary>The store asked to be asked less, until the last attempt.</summary>
    Throttled,

    /// <summary>The store did not answer, or not to the end, until the last attempt.</summary>
    Unreachable,

    /// <summary>The server gives files whole only.</summary>
    NoRanges,

    /// <summary>The file was changed while it was read.</summary>
    Changed,

    /// <summary>The answer is not what was asked for: another range, another encoding.</summary>
    WrongAnswer,

    /// <summary>The store has no such operation.</summary>
    NotSupported,

    /// <summary>The cache has no room, or its disk has none.</summary>
    CacheFull,

    /// <summary>The settings of the environment cannot be used.</summary>
    BadSettings,
}
