namespace Pile.Storage;

/// <summary>The kinds of failure of a remote store or its cache.</summary>
public enum StoreFault
{
    /// <summary>The credentials are missing, invalid or not sufficient.</summary>
    Denied,

    /// <summary>The bucket or server name does not exist. A missing file is a <see cref="FileNotFoundException"/>.</summary>
    NotFound,

    /// <summary>The store limited the request rate until the last attempt.</summary>
    Throttled,

    /// <summary>The store did not respond, or not completely, until the last attempt.</summary>
    Unreachable,

    /// <summary>The server does not support range requests.</summary>
    NoRanges,

    /// <summary>The file was changed while it was read.</summary>
    Changed,

    /// <summary>The response does not match the request: another range, another encoding.</summary>
    InvalidResponse,

    /// <summary>The store does not support the operation.</summary>
    NotSupported,

    /// <summary>The cache has reached its size limit, its disk is full, or its folder is not writable.</summary>
    CacheFull,

    /// <summary>The settings in environment variables or profile files are not valid.</summary>
    BadSettings,
}
