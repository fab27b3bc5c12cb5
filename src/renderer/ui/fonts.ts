// Inter for words and values, JetBrains Mono for what came over the wire; both come with the program.
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
